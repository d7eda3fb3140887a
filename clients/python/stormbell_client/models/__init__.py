""" Contains all the data models used in inputs/outputs; each is imported when it is first asked for """

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .alarm_acknowledge import AlarmAcknowledge
    from .alarm_list_state import AlarmListState
    from .alarm_shelve import AlarmShelve
    from .alarm_view import AlarmView
    from .alarm_view_priority import AlarmViewPriority
    from .alarm_view_state import AlarmViewState
    from .attempt_mark import AttemptMark
    from .dataset_detail import DatasetDetail
    from .dataset_mark import DatasetMark
    from .dataset_view import DatasetView
    from .definition_problem import DefinitionProblem
    from .delivery import Delivery
    from .delivery_detail import DeliveryDetail
    from .delivery_detail_state import DeliveryDetailState
    from .delivery_list_state_item import DeliveryListStateItem
    from .delivery_mark import DeliveryMark
    from .delivery_state import DeliveryState
    from .driver_list import DriverList
    from .driver_view import DriverView
    from .driver_view_settings_schema_type_0 import DriverViewSettingsSchemaType0
    from .event_view import EventView
    from .event_view_data import EventViewData
    from .headline_view import HeadlineView
    from .health_view import HealthView
    from .health_view_status import HealthViewStatus
    from .incident_list_state_item import IncidentListStateItem
    from .incident_open import IncidentOpen
    from .incident_open_message import IncidentOpenMessage
    from .incident_view import IncidentView
    from .incident_view_area_type_0 import IncidentViewAreaType0
    from .incident_view_state import IncidentViewState
    from .incident_view_state_data import IncidentViewStateData
    from .job import Job
    from .job_list_state_item import JobListStateItem
    from .job_state import JobState
    from .log_in import LogIn
    from .log_list_level_type_0 import LogListLevelType0
    from .log_record_view import LogRecordView
    from .log_record_view_data import LogRecordViewData
    from .log_record_view_level import LogRecordViewLevel
    from .loop_view import LoopView
    from .loop_view_state import LoopViewState
    from .machine_change import MachineChange
    from .machine_view import MachineView
    from .machine_view_state import MachineViewState
    from .module_health_view import ModuleHealthView
    from .module_health_view_status import ModuleHealthViewStatus
    from .node_view import NodeView
    from .page_alarm_view import PageAlarmView
    from .page_dataset_view import PageDatasetView
    from .page_delivery_view import PageDeliveryView
    from .page_event_view import PageEventView
    from .page_incident_view import PageIncidentView
    from .page_job_view import PageJobView
    from .page_log_record_view import PageLogRecordView
    from .page_machine_view import PageMachineView
    from .page_session_item import PageSessionItem
    from .page_simulation_view import PageSimulationView
    from .page_source_view import PageSourceView
    from .page_storage_view import PageStorageView
    from .page_token_view import PageTokenView
    from .page_user_view import PageUserView
    from .page_workflow_view import PageWorkflowView
    from .placement_view import PlacementView
    from .problem_document import ProblemDocument
    from .problem_item import ProblemItem
    from .provenance import Provenance
    from .push_receipt import PushReceipt
    from .reason import Reason
    from .replica_view import ReplicaView
    from .replica_view_state import ReplicaViewState
    from .resources import Resources
    from .session_item import SessionItem
    from .session_view import SessionView
    from .session_view_role import SessionViewRole
    from .setup_complete import SetupComplete
    from .setup_view import SetupView
    from .simulation_bar import SimulationBar
    from .simulation_list_state_type_0_item import SimulationListStateType0Item
    from .simulation_output_stream import SimulationOutputStream
    from .simulation_view import SimulationView
    from .simulation_view_state import SimulationViewState
    from .source import Source
    from .source_change import SourceChange
    from .source_change_settings_type_0 import SourceChangeSettingsType0
    from .source_item import SourceItem
    from .source_settings import SourceSettings
    from .source_state import SourceState
    from .source_submit import SourceSubmit
    from .source_submit_settings import SourceSubmitSettings
    from .stage_bar import StageBar
    from .stage_bar_state import StageBarState
    from .stage_view import StageView
    from .storage_view import StorageView
    from .storage_view_state import StorageViewState
    from .timeline import Timeline
    from .token_create import TokenCreate
    from .token_made import TokenMade
    from .token_view import TokenView
    from .usage_view import UsageView
    from .user_brief import UserBrief
    from .user_brief_role import UserBriefRole
    from .user_view import UserView
    from .user_view_role import UserViewRole
    from .version_view import VersionView
    from .wait_view import WaitView
    from .waiting import Waiting
    from .workflow_view import WorkflowView
    from .workflow_view_state import WorkflowViewState

_MODULES = {
    "AlarmAcknowledge": ".alarm_acknowledge",
    "AlarmListState": ".alarm_list_state",
    "AlarmShelve": ".alarm_shelve",
    "AlarmView": ".alarm_view",
    "AlarmViewPriority": ".alarm_view_priority",
    "AlarmViewState": ".alarm_view_state",
    "AttemptMark": ".attempt_mark",
    "DatasetDetail": ".dataset_detail",
    "DatasetMark": ".dataset_mark",
    "DatasetView": ".dataset_view",
    "DefinitionProblem": ".definition_problem",
    "Delivery": ".delivery",
    "DeliveryDetail": ".delivery_detail",
    "DeliveryDetailState": ".delivery_detail_state",
    "DeliveryListStateItem": ".delivery_list_state_item",
    "DeliveryMark": ".delivery_mark",
    "DeliveryState": ".delivery_state",
    "DriverList": ".driver_list",
    "DriverView": ".driver_view",
    "DriverViewSettingsSchemaType0": ".driver_view_settings_schema_type_0",
    "EventView": ".event_view",
    "EventViewData": ".event_view_data",
    "HeadlineView": ".headline_view",
    "HealthView": ".health_view",
    "HealthViewStatus": ".health_view_status",
    "IncidentListStateItem": ".incident_list_state_item",
    "IncidentOpen": ".incident_open",
    "IncidentOpenMessage": ".incident_open_message",
    "IncidentView": ".incident_view",
    "IncidentViewAreaType0": ".incident_view_area_type_0",
    "IncidentViewState": ".incident_view_state",
    "IncidentViewStateData": ".incident_view_state_data",
    "Job": ".job",
    "JobListStateItem": ".job_list_state_item",
    "JobState": ".job_state",
    "LogIn": ".log_in",
    "LogListLevelType0": ".log_list_level_type_0",
    "LogRecordView": ".log_record_view",
    "LogRecordViewData": ".log_record_view_data",
    "LogRecordViewLevel": ".log_record_view_level",
    "LoopView": ".loop_view",
    "LoopViewState": ".loop_view_state",
    "MachineChange": ".machine_change",
    "MachineView": ".machine_view",
    "MachineViewState": ".machine_view_state",
    "ModuleHealthView": ".module_health_view",
    "ModuleHealthViewStatus": ".module_health_view_status",
    "NodeView": ".node_view",
    "PageAlarmView": ".page_alarm_view",
    "PageDatasetView": ".page_dataset_view",
    "PageDeliveryView": ".page_delivery_view",
    "PageEventView": ".page_event_view",
    "PageIncidentView": ".page_incident_view",
    "PageJobView": ".page_job_view",
    "PageLogRecordView": ".page_log_record_view",
    "PageMachineView": ".page_machine_view",
    "PageSessionItem": ".page_session_item",
    "PageSimulationView": ".page_simulation_view",
    "PageSourceView": ".page_source_view",
    "PageStorageView": ".page_storage_view",
    "PageTokenView": ".page_token_view",
    "PageUserView": ".page_user_view",
    "PageWorkflowView": ".page_workflow_view",
    "PlacementView": ".placement_view",
    "ProblemDocument": ".problem_document",
    "ProblemItem": ".problem_item",
    "Provenance": ".provenance",
    "PushReceipt": ".push_receipt",
    "Reason": ".reason",
    "ReplicaView": ".replica_view",
    "ReplicaViewState": ".replica_view_state",
    "Resources": ".resources",
    "SessionItem": ".session_item",
    "SessionView": ".session_view",
    "SessionViewRole": ".session_view_role",
    "SetupComplete": ".setup_complete",
    "SetupView": ".setup_view",
    "SimulationBar": ".simulation_bar",
    "SimulationListStateType0Item": ".simulation_list_state_type_0_item",
    "SimulationOutputStream": ".simulation_output_stream",
    "SimulationView": ".simulation_view",
    "SimulationViewState": ".simulation_view_state",
    "Source": ".source",
    "SourceChange": ".source_change",
    "SourceChangeSettingsType0": ".source_change_settings_type_0",
    "SourceItem": ".source_item",
    "SourceSettings": ".source_settings",
    "SourceState": ".source_state",
    "SourceSubmit": ".source_submit",
    "SourceSubmitSettings": ".source_submit_settings",
    "StageBar": ".stage_bar",
    "StageBarState": ".stage_bar_state",
    "StageView": ".stage_view",
    "StorageView": ".storage_view",
    "StorageViewState": ".storage_view_state",
    "Timeline": ".timeline",
    "TokenCreate": ".token_create",
    "TokenMade": ".token_made",
    "TokenView": ".token_view",
    "UsageView": ".usage_view",
    "UserBrief": ".user_brief",
    "UserBriefRole": ".user_brief_role",
    "UserView": ".user_view",
    "UserViewRole": ".user_view_role",
    "VersionView": ".version_view",
    "WaitView": ".wait_view",
    "Waiting": ".waiting",
    "WorkflowView": ".workflow_view",
    "WorkflowViewState": ".workflow_view_state",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name], __name__), name)


__all__ = (
    "AlarmAcknowledge",
    "AlarmListState",
    "AlarmShelve",
    "AlarmView",
    "AlarmViewPriority",
    "AlarmViewState",
    "AttemptMark",
    "DatasetDetail",
    "DatasetMark",
    "DatasetView",
    "DefinitionProblem",
    "Delivery",
    "DeliveryDetail",
    "DeliveryDetailState",
    "DeliveryListStateItem",
    "DeliveryMark",
    "DeliveryState",
    "DriverList",
    "DriverView",
    "DriverViewSettingsSchemaType0",
    "EventView",
    "EventViewData",
    "HeadlineView",
    "HealthView",
    "HealthViewStatus",
    "IncidentListStateItem",
    "IncidentOpen",
    "IncidentOpenMessage",
    "IncidentView",
    "IncidentViewAreaType0",
    "IncidentViewState",
    "IncidentViewStateData",
    "Job",
    "JobListStateItem",
    "JobState",
    "LogIn",
    "LogListLevelType0",
    "LogRecordView",
    "LogRecordViewData",
    "LogRecordViewLevel",
    "LoopView",
    "LoopViewState",
    "MachineChange",
    "MachineView",
    "MachineViewState",
    "ModuleHealthView",
    "ModuleHealthViewStatus",
    "NodeView",
    "PageAlarmView",
    "PageDatasetView",
    "PageDeliveryView",
    "PageEventView",
    "PageIncidentView",
    "PageJobView",
    "PageLogRecordView",
    "PageMachineView",
    "PageSessionItem",
    "PageSimulationView",
    "PageSourceView",
    "PageStorageView",
    "PageTokenView",
    "PageUserView",
    "PageWorkflowView",
    "PlacementView",
    "ProblemDocument",
    "ProblemItem",
    "Provenance",
    "PushReceipt",
    "Reason",
    "ReplicaView",
    "ReplicaViewState",
    "Resources",
    "SessionItem",
    "SessionView",
    "SessionViewRole",
    "SetupComplete",
    "SetupView",
    "SimulationBar",
    "SimulationListStateType0Item",
    "SimulationOutputStream",
    "SimulationView",
    "SimulationViewState",
    "Source",
    "SourceChange",
    "SourceChangeSettingsType0",
    "SourceItem",
    "SourceSettings",
    "SourceState",
    "SourceSubmit",
    "SourceSubmitSettings",
    "StageBar",
    "StageBarState",
    "StageView",
    "StorageView",
    "StorageViewState",
    "Timeline",
    "TokenCreate",
    "TokenMade",
    "TokenView",
    "UsageView",
    "UserBrief",
    "UserBriefRole",
    "UserView",
    "UserViewRole",
    "VersionView",
    "Waiting",
    "WaitView",
    "WorkflowView",
    "WorkflowViewState",
)

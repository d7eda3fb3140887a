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
    from .batch_jobs import BatchJobs
    from .batch_jobs_payloads_item import BatchJobsPayloadsItem
    from .batch_jobs_urgency import BatchJobsUrgency
    from .batch_jobs_view import BatchJobsView
    from .batch_open import BatchOpen
    from .batch_open_callback_payload_type_0 import BatchOpenCallbackPayloadType0
    from .bulk_done import BulkDone
    from .bulk_filter import BulkFilter
    from .bulk_filter_state_item import BulkFilterStateItem
    from .current_job import CurrentJob
    from .dataset_detail import DatasetDetail
    from .dataset_mark import DatasetMark
    from .dataset_view import DatasetView
    from .declared_limit import DeclaredLimit
    from .deep_check_view import DeepCheckView
    from .deep_check_view_status import DeepCheckViewStatus
    from .deep_ping_view import DeepPingView
    from .deep_ping_view_status import DeepPingViewStatus
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
    from .history_point import HistoryPoint
    from .history_view import HistoryView
    from .incident_list_state_item import IncidentListStateItem
    from .incident_open import IncidentOpen
    from .incident_open_message import IncidentOpenMessage
    from .incident_view import IncidentView
    from .incident_view_area_type_0 import IncidentViewAreaType0
    from .incident_view_state import IncidentViewState
    from .incident_view_state_data import IncidentViewStateData
    from .job import Job
    from .job_attempt import JobAttempt
    from .job_attempt_outcome import JobAttemptOutcome
    from .job_batch import JobBatch
    from .job_batch_counts import JobBatchCounts
    from .job_batch_state import JobBatchState
    from .job_bulk import JobBulk
    from .job_detail import JobDetail
    from .job_detail_payload import JobDetailPayload
    from .job_detail_result_type_0 import JobDetailResultType0
    from .job_detail_state import JobDetailState
    from .job_detail_urgency import JobDetailUrgency
    from .job_kind_list import JobKindList
    from .job_kind_view import JobKindView
    from .job_kind_view_executor import JobKindViewExecutor
    from .job_kind_view_payload_schema import JobKindViewPayloadSchema
    from .job_kind_view_result_schema_type_0 import JobKindViewResultSchemaType0
    from .job_limit import JobLimit
    from .job_limit_remove_scope import JobLimitRemoveScope
    from .job_limit_scope import JobLimitScope
    from .job_limit_set_scope import JobLimitSetScope
    from .job_list_state_item import JobListStateItem
    from .job_progress import JobProgress
    from .job_progress_counters import JobProgressCounters
    from .job_receipt import JobReceipt
    from .job_state import JobState
    from .job_submit import JobSubmit
    from .job_submit_on_conflict import JobSubmitOnConflict
    from .job_submit_on_failure import JobSubmitOnFailure
    from .job_submit_payload import JobSubmitPayload
    from .job_submit_urgency import JobSubmitUrgency
    from .job_urgency import JobUrgency
    from .leader_view import LeaderView
    from .leaders_view import LeadersView
    from .limit_set import LimitSet
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
    from .node import Node
    from .node_change_view import NodeChangeView
    from .node_change_view_new_state import NodeChangeViewNewState
    from .node_change_view_old_state_type_0 import NodeChangeViewOldStateType0
    from .node_list_state_item import NodeListStateItem
    from .node_loop_view import NodeLoopView
    from .node_loop_view_state import NodeLoopViewState
    from .node_loops_view import NodeLoopsView
    from .node_point import NodePoint
    from .node_point_state import NodePointState
    from .node_role_view import NodeRoleView
    from .node_state import NodeState
    from .node_view import NodeView
    from .observation_change import ObservationChange
    from .observation_change_mode_type_0 import ObservationChangeModeType0
    from .observation_start import ObservationStart
    from .observation_start_mode import ObservationStartMode
    from .observation_view import ObservationView
    from .observation_view_mode import ObservationViewMode
    from .observed_node import ObservedNode
    from .observed_node_state import ObservedNodeState
    from .observed_queue import ObservedQueue
    from .observed_queue_state import ObservedQueueState
    from .page_alarm_view import PageAlarmView
    from .page_attempt_view import PageAttemptView
    from .page_batch_view import PageBatchView
    from .page_dataset_view import PageDatasetView
    from .page_delivery_view import PageDeliveryView
    from .page_event_view import PageEventView
    from .page_incident_view import PageIncidentView
    from .page_job_view import PageJobView
    from .page_limit_view import PageLimitView
    from .page_log_record_view import PageLogRecordView
    from .page_machine_view import PageMachineView
    from .page_node_boot_view import PageNodeBootView
    from .page_observation_view import PageObservationView
    from .page_queue_view import PageQueueView
    from .page_schedule_run_view import PageScheduleRunView
    from .page_schedule_view import PageScheduleView
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
    from .queue import Queue
    from .queue_change import QueueChange
    from .queue_point import QueuePoint
    from .queue_point_state import QueuePointState
    from .queue_reason import QueueReason
    from .queue_state import QueueState
    from .reason import Reason
    from .replica_view import ReplicaView
    from .replica_view_state import ReplicaViewState
    from .resources import Resources
    from .ring import Ring
    from .schedule import Schedule
    from .schedule_catch_up import ScheduleCatchUp
    from .schedule_change import ScheduleChange
    from .schedule_change_catch_up_type_0 import ScheduleChangeCatchUpType0
    from .schedule_change_payload_type_0 import ScheduleChangePayloadType0
    from .schedule_draft import ScheduleDraft
    from .schedule_draft_catch_up import ScheduleDraftCatchUp
    from .schedule_draft_payload import ScheduleDraftPayload
    from .schedule_payload import SchedulePayload
    from .schedule_preview import SchedulePreview
    from .schedule_run import ScheduleRun
    from .schedule_times import ScheduleTimes
    from .section_view import SectionView
    from .sections_view import SectionsView
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
    from .snapshot_view import SnapshotView
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
    from .throughput import Throughput
    from .throughput_by_state import ThroughputByState
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
    "BatchJobs": ".batch_jobs",
    "BatchJobsPayloadsItem": ".batch_jobs_payloads_item",
    "BatchJobsUrgency": ".batch_jobs_urgency",
    "BatchJobsView": ".batch_jobs_view",
    "BatchOpen": ".batch_open",
    "BatchOpenCallbackPayloadType0": ".batch_open_callback_payload_type_0",
    "BulkDone": ".bulk_done",
    "BulkFilter": ".bulk_filter",
    "BulkFilterStateItem": ".bulk_filter_state_item",
    "CurrentJob": ".current_job",
    "DatasetDetail": ".dataset_detail",
    "DatasetMark": ".dataset_mark",
    "DatasetView": ".dataset_view",
    "DeclaredLimit": ".declared_limit",
    "DeepCheckView": ".deep_check_view",
    "DeepCheckViewStatus": ".deep_check_view_status",
    "DeepPingView": ".deep_ping_view",
    "DeepPingViewStatus": ".deep_ping_view_status",
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
    "HistoryPoint": ".history_point",
    "HistoryView": ".history_view",
    "IncidentListStateItem": ".incident_list_state_item",
    "IncidentOpen": ".incident_open",
    "IncidentOpenMessage": ".incident_open_message",
    "IncidentView": ".incident_view",
    "IncidentViewAreaType0": ".incident_view_area_type_0",
    "IncidentViewState": ".incident_view_state",
    "IncidentViewStateData": ".incident_view_state_data",
    "Job": ".job",
    "JobAttempt": ".job_attempt",
    "JobAttemptOutcome": ".job_attempt_outcome",
    "JobBatch": ".job_batch",
    "JobBatchCounts": ".job_batch_counts",
    "JobBatchState": ".job_batch_state",
    "JobBulk": ".job_bulk",
    "JobDetail": ".job_detail",
    "JobDetailPayload": ".job_detail_payload",
    "JobDetailResultType0": ".job_detail_result_type_0",
    "JobDetailState": ".job_detail_state",
    "JobDetailUrgency": ".job_detail_urgency",
    "JobKindList": ".job_kind_list",
    "JobKindView": ".job_kind_view",
    "JobKindViewExecutor": ".job_kind_view_executor",
    "JobKindViewPayloadSchema": ".job_kind_view_payload_schema",
    "JobKindViewResultSchemaType0": ".job_kind_view_result_schema_type_0",
    "JobLimit": ".job_limit",
    "JobLimitRemoveScope": ".job_limit_remove_scope",
    "JobLimitScope": ".job_limit_scope",
    "JobLimitSetScope": ".job_limit_set_scope",
    "JobListStateItem": ".job_list_state_item",
    "JobProgress": ".job_progress",
    "JobProgressCounters": ".job_progress_counters",
    "JobReceipt": ".job_receipt",
    "JobState": ".job_state",
    "JobSubmit": ".job_submit",
    "JobSubmitOnConflict": ".job_submit_on_conflict",
    "JobSubmitOnFailure": ".job_submit_on_failure",
    "JobSubmitPayload": ".job_submit_payload",
    "JobSubmitUrgency": ".job_submit_urgency",
    "JobUrgency": ".job_urgency",
    "LeaderView": ".leader_view",
    "LeadersView": ".leaders_view",
    "LimitSet": ".limit_set",
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
    "Node": ".node",
    "NodeChangeView": ".node_change_view",
    "NodeChangeViewNewState": ".node_change_view_new_state",
    "NodeChangeViewOldStateType0": ".node_change_view_old_state_type_0",
    "NodeListStateItem": ".node_list_state_item",
    "NodeLoopView": ".node_loop_view",
    "NodeLoopViewState": ".node_loop_view_state",
    "NodeLoopsView": ".node_loops_view",
    "NodePoint": ".node_point",
    "NodePointState": ".node_point_state",
    "NodeRoleView": ".node_role_view",
    "NodeState": ".node_state",
    "NodeView": ".node_view",
    "ObservationChange": ".observation_change",
    "ObservationChangeModeType0": ".observation_change_mode_type_0",
    "ObservationStart": ".observation_start",
    "ObservationStartMode": ".observation_start_mode",
    "ObservationView": ".observation_view",
    "ObservationViewMode": ".observation_view_mode",
    "ObservedNode": ".observed_node",
    "ObservedNodeState": ".observed_node_state",
    "ObservedQueue": ".observed_queue",
    "ObservedQueueState": ".observed_queue_state",
    "PageAlarmView": ".page_alarm_view",
    "PageAttemptView": ".page_attempt_view",
    "PageBatchView": ".page_batch_view",
    "PageDatasetView": ".page_dataset_view",
    "PageDeliveryView": ".page_delivery_view",
    "PageEventView": ".page_event_view",
    "PageIncidentView": ".page_incident_view",
    "PageJobView": ".page_job_view",
    "PageLimitView": ".page_limit_view",
    "PageLogRecordView": ".page_log_record_view",
    "PageMachineView": ".page_machine_view",
    "PageNodeBootView": ".page_node_boot_view",
    "PageObservationView": ".page_observation_view",
    "PageQueueView": ".page_queue_view",
    "PageScheduleRunView": ".page_schedule_run_view",
    "PageScheduleView": ".page_schedule_view",
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
    "Queue": ".queue",
    "QueueChange": ".queue_change",
    "QueuePoint": ".queue_point",
    "QueuePointState": ".queue_point_state",
    "QueueReason": ".queue_reason",
    "QueueState": ".queue_state",
    "Reason": ".reason",
    "ReplicaView": ".replica_view",
    "ReplicaViewState": ".replica_view_state",
    "Resources": ".resources",
    "Ring": ".ring",
    "Schedule": ".schedule",
    "ScheduleCatchUp": ".schedule_catch_up",
    "ScheduleChange": ".schedule_change",
    "ScheduleChangeCatchUpType0": ".schedule_change_catch_up_type_0",
    "ScheduleChangePayloadType0": ".schedule_change_payload_type_0",
    "ScheduleDraft": ".schedule_draft",
    "ScheduleDraftCatchUp": ".schedule_draft_catch_up",
    "ScheduleDraftPayload": ".schedule_draft_payload",
    "SchedulePayload": ".schedule_payload",
    "SchedulePreview": ".schedule_preview",
    "ScheduleRun": ".schedule_run",
    "ScheduleTimes": ".schedule_times",
    "SectionView": ".section_view",
    "SectionsView": ".sections_view",
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
    "SnapshotView": ".snapshot_view",
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
    "Throughput": ".throughput",
    "ThroughputByState": ".throughput_by_state",
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
    "BatchJobs",
    "BatchJobsPayloadsItem",
    "BatchJobsUrgency",
    "BatchJobsView",
    "BatchOpen",
    "BatchOpenCallbackPayloadType0",
    "BulkDone",
    "BulkFilter",
    "BulkFilterStateItem",
    "CurrentJob",
    "DatasetDetail",
    "DatasetMark",
    "DatasetView",
    "DeclaredLimit",
    "DeepCheckView",
    "DeepCheckViewStatus",
    "DeepPingView",
    "DeepPingViewStatus",
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
    "HistoryPoint",
    "HistoryView",
    "IncidentListStateItem",
    "IncidentOpen",
    "IncidentOpenMessage",
    "IncidentView",
    "IncidentViewAreaType0",
    "IncidentViewState",
    "IncidentViewStateData",
    "Job",
    "JobAttempt",
    "JobAttemptOutcome",
    "JobBatch",
    "JobBatchCounts",
    "JobBatchState",
    "JobBulk",
    "JobDetail",
    "JobDetailPayload",
    "JobDetailResultType0",
    "JobDetailState",
    "JobDetailUrgency",
    "JobKindList",
    "JobKindView",
    "JobKindViewExecutor",
    "JobKindViewPayloadSchema",
    "JobKindViewResultSchemaType0",
    "JobLimit",
    "JobLimitRemoveScope",
    "JobLimitScope",
    "JobLimitSetScope",
    "JobListStateItem",
    "JobProgress",
    "JobProgressCounters",
    "JobReceipt",
    "JobState",
    "JobSubmit",
    "JobSubmitOnConflict",
    "JobSubmitOnFailure",
    "JobSubmitPayload",
    "JobSubmitUrgency",
    "JobUrgency",
    "LeadersView",
    "LeaderView",
    "LimitSet",
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
    "Node",
    "NodeChangeView",
    "NodeChangeViewNewState",
    "NodeChangeViewOldStateType0",
    "NodeListStateItem",
    "NodeLoopsView",
    "NodeLoopView",
    "NodeLoopViewState",
    "NodePoint",
    "NodePointState",
    "NodeRoleView",
    "NodeState",
    "NodeView",
    "ObservationChange",
    "ObservationChangeModeType0",
    "ObservationStart",
    "ObservationStartMode",
    "ObservationView",
    "ObservationViewMode",
    "ObservedNode",
    "ObservedNodeState",
    "ObservedQueue",
    "ObservedQueueState",
    "PageAlarmView",
    "PageAttemptView",
    "PageBatchView",
    "PageDatasetView",
    "PageDeliveryView",
    "PageEventView",
    "PageIncidentView",
    "PageJobView",
    "PageLimitView",
    "PageLogRecordView",
    "PageMachineView",
    "PageNodeBootView",
    "PageObservationView",
    "PageQueueView",
    "PageScheduleRunView",
    "PageScheduleView",
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
    "Queue",
    "QueueChange",
    "QueuePoint",
    "QueuePointState",
    "QueueReason",
    "QueueState",
    "Reason",
    "ReplicaView",
    "ReplicaViewState",
    "Resources",
    "Ring",
    "Schedule",
    "ScheduleCatchUp",
    "ScheduleChange",
    "ScheduleChangeCatchUpType0",
    "ScheduleChangePayloadType0",
    "ScheduleDraft",
    "ScheduleDraftCatchUp",
    "ScheduleDraftPayload",
    "SchedulePayload",
    "SchedulePreview",
    "ScheduleRun",
    "ScheduleTimes",
    "SectionsView",
    "SectionView",
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
    "SnapshotView",
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
    "Throughput",
    "ThroughputByState",
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

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
    from .allocation_change import AllocationChange
    from .allocation_entry_view import AllocationEntryView
    from .allocation_grant import AllocationGrant
    from .allocation_grant_resource import AllocationGrantResource
    from .allocation_grant_subject_kind import AllocationGrantSubjectKind
    from .allocation_list_resource_type_0 import AllocationListResourceType0
    from .allocation_view import AllocationView
    from .allocation_view_resource import AllocationViewResource
    from .allocation_view_subject_kind import AllocationViewSubjectKind
    from .attempt_mark import AttemptMark
    from .audit_fault import AuditFault
    from .audit_fault_kind import AuditFaultKind
    from .audit_head import AuditHead
    from .audit_list_outcome_type_0 import AuditListOutcomeType0
    from .audit_verification import AuditVerification
    from .audit_view import AuditView
    from .audit_view_changes_item import AuditViewChangesItem
    from .audit_view_data import AuditViewData
    from .audit_view_outcome import AuditViewOutcome
    from .batch_jobs import BatchJobs
    from .batch_jobs_payloads_item import BatchJobsPayloadsItem
    from .batch_jobs_urgency import BatchJobsUrgency
    from .batch_jobs_view import BatchJobsView
    from .batch_open import BatchOpen
    from .batch_open_callback_payload_type_0 import BatchOpenCallbackPayloadType0
    from .bulk_done import BulkDone
    from .bulk_filter import BulkFilter
    from .bulk_filter_state_item import BulkFilterStateItem
    from .certificate_view import CertificateView
    from .certificate_wanted import CertificateWanted
    from .credential import Credential
    from .credential_change import CredentialChange
    from .credential_create import CredentialCreate
    from .credential_create_settings import CredentialCreateSettings
    from .credential_public import CredentialPublic
    from .credential_replace import CredentialReplace
    from .credential_replace_settings import CredentialReplaceSettings
    from .credential_status import CredentialStatus
    from .credential_test_started import CredentialTestStarted
    from .credential_use import CredentialUse
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
    from .email_change import EmailChange
    from .email_verification_redeem import EmailVerificationRedeem
    from .event_view import EventView
    from .event_view_data import EventViewData
    from .export_view import ExportView
    from .export_view_state import ExportViewState
    from .group_change import GroupChange
    from .group_create import GroupCreate
    from .group_detail import GroupDetail
    from .group_member_set import GroupMemberSet
    from .group_member_view import GroupMemberView
    from .group_view import GroupView
    from .headline_view import HeadlineView
    from .health_view import HealthView
    from .health_view_status import HealthViewStatus
    from .history_point import HistoryPoint
    from .history_view import HistoryView
    from .identity_begin import IdentityBegin
    from .identity_change import IdentityChange
    from .identity_list import IdentityList
    from .identity_view import IdentityView
    from .identity_view_sort import IdentityViewSort
    from .incident_list_state_item import IncidentListStateItem
    from .incident_open import IncidentOpen
    from .incident_open_message import IncidentOpenMessage
    from .incident_view import IncidentView
    from .incident_view_area_type_0 import IncidentViewAreaType0
    from .incident_view_state import IncidentViewState
    from .incident_view_state_data import IncidentViewStateData
    from .invitation_accept import InvitationAccept
    from .invitation_create import InvitationCreate
    from .invitation_create_role import InvitationCreateRole
    from .invitation_made import InvitationMade
    from .invitation_made_role import InvitationMadeRole
    from .invitation_view import InvitationView
    from .invitation_view_role import InvitationViewRole
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
    from .log_behind_view import LogBehindView
    from .log_in import LogIn
    from .log_list_level_type_0 import LogListLevelType0
    from .log_node_list import LogNodeList
    from .log_node_view import LogNodeView
    from .log_page import LogPage
    from .log_record_view import LogRecordView
    from .log_record_view_data import LogRecordViewData
    from .log_record_view_level import LogRecordViewLevel
    from .login_begin import LoginBegin
    from .login_begun import LoginBegun
    from .login_begun_public_key_type_0 import LoginBegunPublicKeyType0
    from .login_done import LoginDone
    from .login_done_role import LoginDoneRole
    from .login_done_roles_item import LoginDoneRolesItem
    from .login_finish import LoginFinish
    from .login_finish_answer import LoginFinishAnswer
    from .login_method_list import LoginMethodList
    from .login_method_view import LoginMethodView
    from .login_method_view_kind import LoginMethodViewKind
    from .login_view import LoginView
    from .login_view_outcome import LoginViewOutcome
    from .loop_view import LoopView
    from .loop_view_state import LoopViewState
    from .machine_change import MachineChange
    from .machine_health_view import MachineHealthView
    from .machine_health_view_status import MachineHealthViewStatus
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
    from .page_allocation_entry_view import PageAllocationEntryView
    from .page_allocation_view import PageAllocationView
    from .page_attempt_view import PageAttemptView
    from .page_audit_view import PageAuditView
    from .page_batch_view import PageBatchView
    from .page_credential_use_view import PageCredentialUseView
    from .page_credential_view import PageCredentialView
    from .page_dataset_view import PageDatasetView
    from .page_delivery_view import PageDeliveryView
    from .page_event_view import PageEventView
    from .page_export_view import PageExportView
    from .page_group_view import PageGroupView
    from .page_incident_view import PageIncidentView
    from .page_invitation_view import PageInvitationView
    from .page_job_view import PageJobView
    from .page_limit_view import PageLimitView
    from .page_login_view import PageLoginView
    from .page_machine_view import PageMachineView
    from .page_node_boot_view import PageNodeBootView
    from .page_observation_view import PageObservationView
    from .page_queue_view import PageQueueView
    from .page_schedule_run_view import PageScheduleRunView
    from .page_schedule_view import PageScheduleView
    from .page_session_item import PageSessionItem
    from .page_share_view import PageShareView
    from .page_simulation_view import PageSimulationView
    from .page_source_view import PageSourceView
    from .page_storage_view import PageStorageView
    from .page_token_view import PageTokenView
    from .page_user_detail import PageUserDetail
    from .page_workflow_view import PageWorkflowView
    from .password_change import PasswordChange
    from .password_reset import PasswordReset
    from .password_reset_redeem import PasswordResetRedeem
    from .password_rules import PasswordRules
    from .password_set import PasswordSet
    from .placement_view import PlacementView
    from .problem_document import ProblemDocument
    from .problem_item import ProblemItem
    from .profile_change import ProfileChange
    from .profile_delete import ProfileDelete
    from .profile_view import ProfileView
    from .profile_view_role import ProfileViewRole
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
    from .rotation_started import RotationStarted
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
    from .session_view_roles_item import SessionViewRolesItem
    from .setup_complete import SetupComplete
    from .setup_view import SetupView
    from .share_set import ShareSet
    from .share_set_level import ShareSetLevel
    from .share_view import ShareView
    from .share_view_level import ShareViewLevel
    from .sign_up import SignUp
    from .sign_up_view import SignUpView
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
    from .user_approval import UserApproval
    from .user_approval_role import UserApprovalRole
    from .user_brief import UserBrief
    from .user_brief_role import UserBriefRole
    from .user_change import UserChange
    from .user_change_role_type_0 import UserChangeRoleType0
    from .user_create import UserCreate
    from .user_create_role import UserCreateRole
    from .user_detail import UserDetail
    from .user_detail_role import UserDetailRole
    from .user_detail_state import UserDetailState
    from .user_list_role_type_0 import UserListRoleType0
    from .user_list_state_type_0 import UserListStateType0
    from .user_totals_view import UserTotalsView
    from .user_totals_view_by_role import UserTotalsViewByRole
    from .user_totals_view_by_state import UserTotalsViewByState
    from .vault_key import VaultKey
    from .vault_key_list import VaultKeyList
    from .vault_key_state import VaultKeyState
    from .version_view import VersionView
    from .wait_view import WaitView
    from .waiting import Waiting
    from .workflow_test_view import WorkflowTestView
    from .workflow_test_view_result import WorkflowTestViewResult
    from .workflow_view import WorkflowView
    from .workflow_view_state import WorkflowViewState

_MODULES = {
    "AlarmAcknowledge": ".alarm_acknowledge",
    "AlarmListState": ".alarm_list_state",
    "AlarmShelve": ".alarm_shelve",
    "AlarmView": ".alarm_view",
    "AlarmViewPriority": ".alarm_view_priority",
    "AlarmViewState": ".alarm_view_state",
    "AllocationChange": ".allocation_change",
    "AllocationEntryView": ".allocation_entry_view",
    "AllocationGrant": ".allocation_grant",
    "AllocationGrantResource": ".allocation_grant_resource",
    "AllocationGrantSubjectKind": ".allocation_grant_subject_kind",
    "AllocationListResourceType0": ".allocation_list_resource_type_0",
    "AllocationView": ".allocation_view",
    "AllocationViewResource": ".allocation_view_resource",
    "AllocationViewSubjectKind": ".allocation_view_subject_kind",
    "AttemptMark": ".attempt_mark",
    "AuditFault": ".audit_fault",
    "AuditFaultKind": ".audit_fault_kind",
    "AuditHead": ".audit_head",
    "AuditListOutcomeType0": ".audit_list_outcome_type_0",
    "AuditVerification": ".audit_verification",
    "AuditView": ".audit_view",
    "AuditViewChangesItem": ".audit_view_changes_item",
    "AuditViewData": ".audit_view_data",
    "AuditViewOutcome": ".audit_view_outcome",
    "BatchJobs": ".batch_jobs",
    "BatchJobsPayloadsItem": ".batch_jobs_payloads_item",
    "BatchJobsUrgency": ".batch_jobs_urgency",
    "BatchJobsView": ".batch_jobs_view",
    "BatchOpen": ".batch_open",
    "BatchOpenCallbackPayloadType0": ".batch_open_callback_payload_type_0",
    "BulkDone": ".bulk_done",
    "BulkFilter": ".bulk_filter",
    "BulkFilterStateItem": ".bulk_filter_state_item",
    "CertificateView": ".certificate_view",
    "CertificateWanted": ".certificate_wanted",
    "Credential": ".credential",
    "CredentialChange": ".credential_change",
    "CredentialCreate": ".credential_create",
    "CredentialCreateSettings": ".credential_create_settings",
    "CredentialPublic": ".credential_public",
    "CredentialReplace": ".credential_replace",
    "CredentialReplaceSettings": ".credential_replace_settings",
    "CredentialStatus": ".credential_status",
    "CredentialTestStarted": ".credential_test_started",
    "CredentialUse": ".credential_use",
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
    "EmailChange": ".email_change",
    "EmailVerificationRedeem": ".email_verification_redeem",
    "EventView": ".event_view",
    "EventViewData": ".event_view_data",
    "ExportView": ".export_view",
    "ExportViewState": ".export_view_state",
    "GroupChange": ".group_change",
    "GroupCreate": ".group_create",
    "GroupDetail": ".group_detail",
    "GroupMemberSet": ".group_member_set",
    "GroupMemberView": ".group_member_view",
    "GroupView": ".group_view",
    "HeadlineView": ".headline_view",
    "HealthView": ".health_view",
    "HealthViewStatus": ".health_view_status",
    "HistoryPoint": ".history_point",
    "HistoryView": ".history_view",
    "IdentityBegin": ".identity_begin",
    "IdentityChange": ".identity_change",
    "IdentityList": ".identity_list",
    "IdentityView": ".identity_view",
    "IdentityViewSort": ".identity_view_sort",
    "IncidentListStateItem": ".incident_list_state_item",
    "IncidentOpen": ".incident_open",
    "IncidentOpenMessage": ".incident_open_message",
    "IncidentView": ".incident_view",
    "IncidentViewAreaType0": ".incident_view_area_type_0",
    "IncidentViewState": ".incident_view_state",
    "IncidentViewStateData": ".incident_view_state_data",
    "InvitationAccept": ".invitation_accept",
    "InvitationCreate": ".invitation_create",
    "InvitationCreateRole": ".invitation_create_role",
    "InvitationMade": ".invitation_made",
    "InvitationMadeRole": ".invitation_made_role",
    "InvitationView": ".invitation_view",
    "InvitationViewRole": ".invitation_view_role",
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
    "LogBehindView": ".log_behind_view",
    "LogIn": ".log_in",
    "LogListLevelType0": ".log_list_level_type_0",
    "LogNodeList": ".log_node_list",
    "LogNodeView": ".log_node_view",
    "LogPage": ".log_page",
    "LogRecordView": ".log_record_view",
    "LogRecordViewData": ".log_record_view_data",
    "LogRecordViewLevel": ".log_record_view_level",
    "LoginBegin": ".login_begin",
    "LoginBegun": ".login_begun",
    "LoginBegunPublicKeyType0": ".login_begun_public_key_type_0",
    "LoginDone": ".login_done",
    "LoginDoneRole": ".login_done_role",
    "LoginDoneRolesItem": ".login_done_roles_item",
    "LoginFinish": ".login_finish",
    "LoginFinishAnswer": ".login_finish_answer",
    "LoginMethodList": ".login_method_list",
    "LoginMethodView": ".login_method_view",
    "LoginMethodViewKind": ".login_method_view_kind",
    "LoginView": ".login_view",
    "LoginViewOutcome": ".login_view_outcome",
    "LoopView": ".loop_view",
    "LoopViewState": ".loop_view_state",
    "MachineChange": ".machine_change",
    "MachineHealthView": ".machine_health_view",
    "MachineHealthViewStatus": ".machine_health_view_status",
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
    "PageAllocationEntryView": ".page_allocation_entry_view",
    "PageAllocationView": ".page_allocation_view",
    "PageAttemptView": ".page_attempt_view",
    "PageAuditView": ".page_audit_view",
    "PageBatchView": ".page_batch_view",
    "PageCredentialUseView": ".page_credential_use_view",
    "PageCredentialView": ".page_credential_view",
    "PageDatasetView": ".page_dataset_view",
    "PageDeliveryView": ".page_delivery_view",
    "PageEventView": ".page_event_view",
    "PageExportView": ".page_export_view",
    "PageGroupView": ".page_group_view",
    "PageIncidentView": ".page_incident_view",
    "PageInvitationView": ".page_invitation_view",
    "PageJobView": ".page_job_view",
    "PageLimitView": ".page_limit_view",
    "PageLoginView": ".page_login_view",
    "PageMachineView": ".page_machine_view",
    "PageNodeBootView": ".page_node_boot_view",
    "PageObservationView": ".page_observation_view",
    "PageQueueView": ".page_queue_view",
    "PageScheduleRunView": ".page_schedule_run_view",
    "PageScheduleView": ".page_schedule_view",
    "PageSessionItem": ".page_session_item",
    "PageShareView": ".page_share_view",
    "PageSimulationView": ".page_simulation_view",
    "PageSourceView": ".page_source_view",
    "PageStorageView": ".page_storage_view",
    "PageTokenView": ".page_token_view",
    "PageUserDetail": ".page_user_detail",
    "PageWorkflowView": ".page_workflow_view",
    "PasswordChange": ".password_change",
    "PasswordReset": ".password_reset",
    "PasswordResetRedeem": ".password_reset_redeem",
    "PasswordRules": ".password_rules",
    "PasswordSet": ".password_set",
    "PlacementView": ".placement_view",
    "ProblemDocument": ".problem_document",
    "ProblemItem": ".problem_item",
    "ProfileChange": ".profile_change",
    "ProfileDelete": ".profile_delete",
    "ProfileView": ".profile_view",
    "ProfileViewRole": ".profile_view_role",
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
    "RotationStarted": ".rotation_started",
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
    "SessionViewRolesItem": ".session_view_roles_item",
    "SetupComplete": ".setup_complete",
    "SetupView": ".setup_view",
    "ShareSet": ".share_set",
    "ShareSetLevel": ".share_set_level",
    "ShareView": ".share_view",
    "ShareViewLevel": ".share_view_level",
    "SignUp": ".sign_up",
    "SignUpView": ".sign_up_view",
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
    "UserApproval": ".user_approval",
    "UserApprovalRole": ".user_approval_role",
    "UserBrief": ".user_brief",
    "UserBriefRole": ".user_brief_role",
    "UserChange": ".user_change",
    "UserChangeRoleType0": ".user_change_role_type_0",
    "UserCreate": ".user_create",
    "UserCreateRole": ".user_create_role",
    "UserDetail": ".user_detail",
    "UserDetailRole": ".user_detail_role",
    "UserDetailState": ".user_detail_state",
    "UserListRoleType0": ".user_list_role_type_0",
    "UserListStateType0": ".user_list_state_type_0",
    "UserTotalsView": ".user_totals_view",
    "UserTotalsViewByRole": ".user_totals_view_by_role",
    "UserTotalsViewByState": ".user_totals_view_by_state",
    "VaultKey": ".vault_key",
    "VaultKeyList": ".vault_key_list",
    "VaultKeyState": ".vault_key_state",
    "VersionView": ".version_view",
    "WaitView": ".wait_view",
    "Waiting": ".waiting",
    "WorkflowTestView": ".workflow_test_view",
    "WorkflowTestViewResult": ".workflow_test_view_result",
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
    "AllocationChange",
    "AllocationEntryView",
    "AllocationGrant",
    "AllocationGrantResource",
    "AllocationGrantSubjectKind",
    "AllocationListResourceType0",
    "AllocationView",
    "AllocationViewResource",
    "AllocationViewSubjectKind",
    "AttemptMark",
    "AuditFault",
    "AuditFaultKind",
    "AuditHead",
    "AuditListOutcomeType0",
    "AuditVerification",
    "AuditView",
    "AuditViewChangesItem",
    "AuditViewData",
    "AuditViewOutcome",
    "BatchJobs",
    "BatchJobsPayloadsItem",
    "BatchJobsUrgency",
    "BatchJobsView",
    "BatchOpen",
    "BatchOpenCallbackPayloadType0",
    "BulkDone",
    "BulkFilter",
    "BulkFilterStateItem",
    "CertificateView",
    "CertificateWanted",
    "Credential",
    "CredentialChange",
    "CredentialCreate",
    "CredentialCreateSettings",
    "CredentialPublic",
    "CredentialReplace",
    "CredentialReplaceSettings",
    "CredentialStatus",
    "CredentialTestStarted",
    "CredentialUse",
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
    "EmailChange",
    "EmailVerificationRedeem",
    "EventView",
    "EventViewData",
    "ExportView",
    "ExportViewState",
    "GroupChange",
    "GroupCreate",
    "GroupDetail",
    "GroupMemberSet",
    "GroupMemberView",
    "GroupView",
    "HeadlineView",
    "HealthView",
    "HealthViewStatus",
    "HistoryPoint",
    "HistoryView",
    "IdentityBegin",
    "IdentityChange",
    "IdentityList",
    "IdentityView",
    "IdentityViewSort",
    "IncidentListStateItem",
    "IncidentOpen",
    "IncidentOpenMessage",
    "IncidentView",
    "IncidentViewAreaType0",
    "IncidentViewState",
    "IncidentViewStateData",
    "InvitationAccept",
    "InvitationCreate",
    "InvitationCreateRole",
    "InvitationMade",
    "InvitationMadeRole",
    "InvitationView",
    "InvitationViewRole",
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
    "LogBehindView",
    "LogIn",
    "LoginBegin",
    "LoginBegun",
    "LoginBegunPublicKeyType0",
    "LoginDone",
    "LoginDoneRole",
    "LoginDoneRolesItem",
    "LoginFinish",
    "LoginFinishAnswer",
    "LoginMethodList",
    "LoginMethodView",
    "LoginMethodViewKind",
    "LoginView",
    "LoginViewOutcome",
    "LogListLevelType0",
    "LogNodeList",
    "LogNodeView",
    "LogPage",
    "LogRecordView",
    "LogRecordViewData",
    "LogRecordViewLevel",
    "LoopView",
    "LoopViewState",
    "MachineChange",
    "MachineHealthView",
    "MachineHealthViewStatus",
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
    "PageAllocationEntryView",
    "PageAllocationView",
    "PageAttemptView",
    "PageAuditView",
    "PageBatchView",
    "PageCredentialUseView",
    "PageCredentialView",
    "PageDatasetView",
    "PageDeliveryView",
    "PageEventView",
    "PageExportView",
    "PageGroupView",
    "PageIncidentView",
    "PageInvitationView",
    "PageJobView",
    "PageLimitView",
    "PageLoginView",
    "PageMachineView",
    "PageNodeBootView",
    "PageObservationView",
    "PageQueueView",
    "PageScheduleRunView",
    "PageScheduleView",
    "PageSessionItem",
    "PageShareView",
    "PageSimulationView",
    "PageSourceView",
    "PageStorageView",
    "PageTokenView",
    "PageUserDetail",
    "PageWorkflowView",
    "PasswordChange",
    "PasswordReset",
    "PasswordResetRedeem",
    "PasswordRules",
    "PasswordSet",
    "PlacementView",
    "ProblemDocument",
    "ProblemItem",
    "ProfileChange",
    "ProfileDelete",
    "ProfileView",
    "ProfileViewRole",
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
    "RotationStarted",
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
    "SessionViewRolesItem",
    "SetupComplete",
    "SetupView",
    "ShareSet",
    "ShareSetLevel",
    "ShareView",
    "ShareViewLevel",
    "SignUp",
    "SignUpView",
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
    "UserApproval",
    "UserApprovalRole",
    "UserBrief",
    "UserBriefRole",
    "UserChange",
    "UserChangeRoleType0",
    "UserCreate",
    "UserCreateRole",
    "UserDetail",
    "UserDetailRole",
    "UserDetailState",
    "UserListRoleType0",
    "UserListStateType0",
    "UserTotalsView",
    "UserTotalsViewByRole",
    "UserTotalsViewByState",
    "VaultKey",
    "VaultKeyList",
    "VaultKeyState",
    "VersionView",
    "Waiting",
    "WaitView",
    "WorkflowTestView",
    "WorkflowTestViewResult",
    "WorkflowView",
    "WorkflowViewState",
)

""" Contains all the data models used in inputs/outputs; each is imported when it is first asked for """

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .adopt_begin import AdoptBegin
    from .alarm_acknowledge import AlarmAcknowledge
    from .alarm_list_state import AlarmListState
    from .alarm_shelve import AlarmShelve
    from .alarm_view import AlarmView
    from .alarm_view_priority import AlarmViewPriority
    from .alarm_view_state import AlarmViewState
    from .alert_info import AlertInfo
    from .alert_info_category_item import AlertInfoCategoryItem
    from .alert_info_certainty import AlertInfoCertainty
    from .alert_info_response_type_item import AlertInfoResponseTypeItem
    from .alert_info_scope import AlertInfoScope
    from .alert_info_severity import AlertInfoSeverity
    from .alert_info_status import AlertInfoStatus
    from .alert_info_urgency import AlertInfoUrgency
    from .allocation_change import AllocationChange
    from .allocation_entry_view import AllocationEntryView
    from .allocation_grant import AllocationGrant
    from .allocation_grant_resource import AllocationGrantResource
    from .allocation_grant_subject_kind import AllocationGrantSubjectKind
    from .allocation_list_resource_type_0 import AllocationListResourceType0
    from .allocation_view import AllocationView
    from .allocation_view_resource import AllocationViewResource
    from .allocation_view_subject_kind import AllocationViewSubjectKind
    from .application import Application
    from .application_definition import ApplicationDefinition
    from .application_definition_environment import ApplicationDefinitionEnvironment
    from .application_definition_files import ApplicationDefinitionFiles
    from .application_definition_parameters import ApplicationDefinitionParameters
    from .application_input import ApplicationInput
    from .application_make import ApplicationMake
    from .application_run import ApplicationRun
    from .application_run_inputs import ApplicationRunInputs
    from .application_run_parameters import ApplicationRunParameters
    from .archive import Archive
    from .archive_urgency import ArchiveUrgency
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
    from .binding import Binding
    from .binding_change import BindingChange
    from .binding_list import BindingList
    from .binding_message_type_0 import BindingMessageType0
    from .binding_submit import BindingSubmit
    from .binding_submit_message_type_0 import BindingSubmitMessageType0
    from .binding_submit_target import BindingSubmitTarget
    from .binding_target import BindingTarget
    from .binding_test import BindingTest
    from .binding_trial import BindingTrial
    from .binding_trial_does import BindingTrialDoes
    from .binding_trial_message_type_0 import BindingTrialMessageType0
    from .bulk_done import BulkDone
    from .bulk_filter import BulkFilter
    from .bulk_filter_state_item import BulkFilterStateItem
    from .candidate_view import CandidateView
    from .certificate_view import CertificateView
    from .certificate_wanted import CertificateWanted
    from .collection import Collection
    from .collection_change import CollectionChange
    from .collection_make import CollectionMake
    from .collection_members import CollectionMembers
    from .command_ended import CommandEnded
    from .command_run import CommandRun
    from .command_run_environment import CommandRunEnvironment
    from .consent_begin import ConsentBegin
    from .consent_begun import ConsentBegun
    from .consent_finish import ConsentFinish
    from .consent_finish_answer import ConsentFinishAnswer
    from .contract_get_response_200 import ContractGetResponse200
    from .copy_create import CopyCreate
    from .copy_create_kind import CopyCreateKind
    from .copy_create_urgency import CopyCreateUrgency
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
    from .dataset_change import DatasetChange
    from .dataset_detail import DatasetDetail
    from .dataset_link import DatasetLink
    from .dataset_link_made import DatasetLinkMade
    from .dataset_making import DatasetMaking
    from .dataset_mark import DatasetMark
    from .dataset_preview import DatasetPreview
    from .dataset_preview_kind import DatasetPreviewKind
    from .dataset_provenance_crate_response_dataset_provenance_crate import DatasetProvenanceCrateResponseDatasetProvenanceCrate
    from .dataset_provenance_prov_response_dataset_provenance_prov import DatasetProvenanceProvResponseDatasetProvenanceProv
    from .dataset_view import DatasetView
    from .declared_limit import DeclaredLimit
    from .deep_check_view import DeepCheckView
    from .deep_check_view_status import DeepCheckViewStatus
    from .deep_ping_view import DeepPingView
    from .deep_ping_view_status import DeepPingViewStatus
    from .definition_problem import DefinitionProblem
    from .delivery import Delivery
    from .delivery_detail import DeliveryDetail
    from .delivery_detail_attributes_type_0 import DeliveryDetailAttributesType0
    from .delivery_detail_state import DeliveryDetailState
    from .delivery_list_state_item import DeliveryListStateItem
    from .delivery_mark import DeliveryMark
    from .delivery_push_json_body import DeliveryPushJsonBody
    from .delivery_push_json_body_item import DeliveryPushJsonBodyItem
    from .delivery_state import DeliveryState
    from .directory_make import DirectoryMake
    from .driver_list import DriverList
    from .driver_view import DriverView
    from .driver_view_settings_schema_type_0 import DriverViewSettingsSchemaType0
    from .email_change import EmailChange
    from .email_verification_redeem import EmailVerificationRedeem
    from .estimate_view import EstimateView
    from .event_view import EventView
    from .event_view_data import EventViewData
    from .export_view import ExportView
    from .export_view_state import ExportViewState
    from .fetch_begin import FetchBegin
    from .figures_report import FiguresReport
    from .figures_report_figures import FiguresReportFigures
    from .file_change import FileChange
    from .file_changes import FileChanges
    from .file_entry import FileEntry
    from .file_entry_kind import FileEntryKind
    from .file_list import FileList
    from .file_move import FileMove
    from .file_written import FileWritten
    from .folder_entry import FolderEntry
    from .forecast_view import ForecastView
    from .forecast_view_basis_type_0 import ForecastViewBasisType0
    from .graph import Graph
    from .graph_edge import GraphEdge
    from .graph_edge_relation import GraphEdgeRelation
    from .graph_node import GraphNode
    from .graph_node_dataset_type_0 import GraphNodeDatasetType0
    from .graph_node_kind import GraphNodeKind
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
    from .host_key import HostKey
    from .host_key_state import HostKeyState
    from .host_key_trust import HostKeyTrust
    from .identity_begin import IdentityBegin
    from .identity_change import IdentityChange
    from .identity_list import IdentityList
    from .identity_view import IdentityView
    from .identity_view_sort import IdentityViewSort
    from .incident_bulk import IncidentBulk
    from .incident_bulk_done import IncidentBulkDone
    from .incident_bulk_state_item import IncidentBulkStateItem
    from .incident_graph_format import IncidentGraphFormat
    from .incident_list_state_item import IncidentListStateItem
    from .incident_list_urgency_type_0 import IncidentListUrgencyType0
    from .incident_open import IncidentOpen
    from .incident_open_area_type_0 import IncidentOpenAreaType0
    from .incident_open_message import IncidentOpenMessage
    from .incident_open_parameters import IncidentOpenParameters
    from .incident_open_urgency_type_0 import IncidentOpenUrgencyType0
    from .incident_rerun import IncidentRerun
    from .incident_retry import IncidentRetry
    from .incident_retry_message_type_0 import IncidentRetryMessageType0
    from .incident_view import IncidentView
    from .incident_view_area_type_0 import IncidentViewAreaType0
    from .incident_view_outcome_type_0 import IncidentViewOutcomeType0
    from .incident_view_parameters import IncidentViewParameters
    from .incident_view_state import IncidentViewState
    from .incident_view_state_data import IncidentViewStateData
    from .incident_view_urgency import IncidentViewUrgency
    from .ingest_push_json_body import IngestPushJsonBody
    from .ingest_push_json_body_item import IngestPushJsonBodyItem
    from .install import Install
    from .install_ask import InstallAsk
    from .install_log import InstallLog
    from .install_state import InstallState
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
    from .job_counts import JobCounts
    from .job_counts_counts import JobCountsCounts
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
    from .link_make import LinkMake
    from .log_behind_view import LogBehindView
    from .log_in import LogIn
    from .log_list_level_type_0 import LogListLevelType0
    from .log_node_list import LogNodeList
    from .log_node_view import LogNodeView
    from .log_not_searched_view import LogNotSearchedView
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
    from .machine_change_settings_type_0 import MachineChangeSettingsType0
    from .machine_change_transport_settings_type_0 import MachineChangeTransportSettingsType0
    from .machine_health_view import MachineHealthView
    from .machine_health_view_status import MachineHealthViewStatus
    from .machine_history import MachineHistory
    from .machine_history_point import MachineHistoryPoint
    from .machine_list_state_type_0_item import MachineListStateType0Item
    from .machine_login import MachineLogin
    from .machine_login_answer import MachineLoginAnswer
    from .machine_login_state import MachineLoginState
    from .machine_queue import MachineQueue
    from .machine_queue_limits import MachineQueueLimits
    from .machine_register import MachineRegister
    from .machine_register_settings import MachineRegisterSettings
    from .machine_register_transport_settings import MachineRegisterTransportSettings
    from .machine_report import MachineReport
    from .machine_setup import MachineSetup
    from .machine_view import MachineView
    from .machine_view_login_state_type_0 import MachineViewLoginStateType0
    from .machine_view_settings import MachineViewSettings
    from .machine_view_state import MachineViewState
    from .machine_view_transport_settings import MachineViewTransportSettings
    from .maintenance import Maintenance
    from .maintenance_plan import MaintenancePlan
    from .manual_data_view import ManualDataView
    from .message_send import MessageSend
    from .message_send_message import MessageSendMessage
    from .message_view import MessageView
    from .message_view_message import MessageViewMessage
    from .message_view_state import MessageViewState
    from .messages_replayed import MessagesReplayed
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
    from .node_setting_change import NodeSettingChange
    from .node_setting_view import NodeSettingView
    from .node_settings import NodeSettings
    from .node_state import NodeState
    from .node_view import NodeView
    from .object_stored import ObjectStored
    from .object_view import ObjectView
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
    from .output import Output
    from .pace_view import PaceView
    from .page_alarm_view import PageAlarmView
    from .page_allocation_entry_view import PageAllocationEntryView
    from .page_allocation_view import PageAllocationView
    from .page_application_view import PageApplicationView
    from .page_attempt_view import PageAttemptView
    from .page_audit_view import PageAuditView
    from .page_batch_view import PageBatchView
    from .page_collection_view import PageCollectionView
    from .page_credential_use_view import PageCredentialUseView
    from .page_credential_view import PageCredentialView
    from .page_dataset_view import PageDatasetView
    from .page_delivery_view import PageDeliveryView
    from .page_event_view import PageEventView
    from .page_export_view import PageExportView
    from .page_folder_entry import PageFolderEntry
    from .page_group_view import PageGroupView
    from .page_host_key_view import PageHostKeyView
    from .page_incident_view import PageIncidentView
    from .page_install_view import PageInstallView
    from .page_invitation_view import PageInvitationView
    from .page_job_view import PageJobView
    from .page_limit_view import PageLimitView
    from .page_link_view import PageLinkView
    from .page_login_view import PageLoginView
    from .page_machine_login_view import PageMachineLoginView
    from .page_machine_view import PageMachineView
    from .page_maintenance_view import PageMaintenanceView
    from .page_message_view import PageMessageView
    from .page_node_boot_view import PageNodeBootView
    from .page_object_view import PageObjectView
    from .page_observation_view import PageObservationView
    from .page_publication_view import PagePublicationView
    from .page_question_view import PageQuestionView
    from .page_queue_view import PageQueueView
    from .page_recipe_view import PageRecipeView
    from .page_schedule_run_view import PageScheduleRunView
    from .page_schedule_view import PageScheduleView
    from .page_session_item import PageSessionItem
    from .page_share_view import PageShareView
    from .page_simulation_view import PageSimulationView
    from .page_software_view import PageSoftwareView
    from .page_source_view import PageSourceView
    from .page_state_view import PageStateView
    from .page_storage_check_view import PageStorageCheckView
    from .page_storage_view import PageStorageView
    from .page_token_view import PageTokenView
    from .page_transfer_view import PageTransferView
    from .page_upload_view import PageUploadView
    from .page_user_detail import PageUserDetail
    from .page_wait_model_view import PageWaitModelView
    from .page_webhook_message_view import PageWebhookMessageView
    from .page_webhook_view import PageWebhookView
    from .page_workflow_view import PageWorkflowView
    from .partition import Partition
    from .password_change import PasswordChange
    from .password_reset import PasswordReset
    from .password_reset_redeem import PasswordResetRedeem
    from .password_reset_redeem_other_ways_type_0 import PasswordResetRedeemOtherWaysType0
    from .password_rules import PasswordRules
    from .password_set import PasswordSet
    from .password_set_other_ways_type_0 import PasswordSetOtherWaysType0
    from .performance_view import PerformanceView
    from .performance_view_source_type_0 import PerformanceViewSourceType0
    from .place import Place
    from .placement_view import PlacementView
    from .prediction import Prediction
    from .problem_document import ProblemDocument
    from .problem_item import ProblemItem
    from .profile_change import ProfileChange
    from .profile_delete import ProfileDelete
    from .profile_view import ProfileView
    from .profile_view_role import ProfileViewRole
    from .prompt import Prompt
    from .provenance import Provenance
    from .provenance_origin_type_0 import ProvenanceOriginType0
    from .provided import Provided
    from .provided_environment import ProvidedEnvironment
    from .publication_made import PublicationMade
    from .publication_made_kind import PublicationMadeKind
    from .publication_make import PublicationMake
    from .publication_make_kind import PublicationMakeKind
    from .publication_view import PublicationView
    from .publication_view_kind import PublicationViewKind
    from .push_receipt import PushReceipt
    from .quantiles_view import QuantilesView
    from .quantiles_view_basis import QuantilesViewBasis
    from .query_begin import QueryBegin
    from .query_begin_form import QueryBeginForm
    from .question_answer import QuestionAnswer
    from .question_view import QuestionView
    from .question_view_form import QuestionViewForm
    from .question_view_state import QuestionViewState
    from .queue import Queue
    from .queue_change import QueueChange
    from .queue_job import QueueJob
    from .queue_node import QueueNode
    from .queue_partition import QueuePartition
    from .queue_point import QueuePoint
    from .queue_point_state import QueuePointState
    from .queue_reason import QueueReason
    from .queue_reservation import QueueReservation
    from .queue_state import QueueState
    from .race import Race
    from .race_wins_on import RaceWinsOn
    from .reason import Reason
    from .recipe import Recipe
    from .recipe_definition import RecipeDefinition
    from .recipe_definition_environment import RecipeDefinitionEnvironment
    from .recipe_make import RecipeMake
    from .replica_view import ReplicaView
    from .replica_view_state import ReplicaViewState
    from .resources import Resources
    from .retention_rule import RetentionRule
    from .retention_rule_of import RetentionRuleOf
    from .retention_view import RetentionView
    from .ring import Ring
    from .rotate_secret import RotateSecret
    from .rotation_started import RotationStarted
    from .run_callback import RunCallback
    from .run_callback_state import RunCallbackState
    from .run_time_view import RunTimeView
    from .run_time_view_basis import RunTimeViewBasis
    from .rung_view import RungView
    from .rung_view_kind import RungViewKind
    from .schedule import Schedule
    from .schedule_catch_up import ScheduleCatchUp
    from .schedule_change import ScheduleChange
    from .schedule_change_catch_up_type_0 import ScheduleChangeCatchUpType0
    from .schedule_change_overlap_type_0 import ScheduleChangeOverlapType0
    from .schedule_change_payload_type_0 import ScheduleChangePayloadType0
    from .schedule_change_urgency_type_0 import ScheduleChangeUrgencyType0
    from .schedule_draft import ScheduleDraft
    from .schedule_draft_catch_up import ScheduleDraftCatchUp
    from .schedule_draft_overlap import ScheduleDraftOverlap
    from .schedule_draft_payload import ScheduleDraftPayload
    from .schedule_draft_urgency import ScheduleDraftUrgency
    from .schedule_overlap import ScheduleOverlap
    from .schedule_payload import SchedulePayload
    from .schedule_preview import SchedulePreview
    from .schedule_run import ScheduleRun
    from .schedule_run_skipped_type_0 import ScheduleRunSkippedType0
    from .schedule_times import ScheduleTimes
    from .schedule_urgency import ScheduleUrgency
    from .section_view import SectionView
    from .sections_view import SectionsView
    from .session_item import SessionItem
    from .session_proof import SessionProof
    from .session_view import SessionView
    from .session_view_role import SessionViewRole
    from .session_view_roles_item import SessionViewRolesItem
    from .setup_complete import SetupComplete
    from .setup_view import SetupView
    from .share_list_direction_type_0 import ShareListDirectionType0
    from .share_set import ShareSet
    from .share_set_level import ShareSetLevel
    from .share_view import ShareView
    from .share_view_level import ShareViewLevel
    from .sign_up import SignUp
    from .sign_up_view import SignUpView
    from .simulation_ask import SimulationAsk
    from .simulation_ask_environment import SimulationAskEnvironment
    from .simulation_ask_files import SimulationAskFiles
    from .simulation_bar import SimulationBar
    from .simulation_bulk import SimulationBulk
    from .simulation_bulk_done import SimulationBulkDone
    from .simulation_figures import SimulationFigures
    from .simulation_figures_figures import SimulationFiguresFigures
    from .simulation_figures_figures_additional_property import SimulationFiguresFiguresAdditionalProperty
    from .simulation_filter import SimulationFilter
    from .simulation_filter_state_item import SimulationFilterStateItem
    from .simulation_forecast import SimulationForecast
    from .simulation_group_view import SimulationGroupView
    from .simulation_group_view_kind import SimulationGroupViewKind
    from .simulation_group_view_wins_on_type_0 import SimulationGroupViewWinsOnType0
    from .simulation_list_state_type_0_item import SimulationListStateType0Item
    from .simulation_output_stream import SimulationOutputStream
    from .simulation_output_stream_stream import SimulationOutputStreamStream
    from .simulation_plan import SimulationPlan
    from .simulation_resolve import SimulationResolve
    from .simulation_resolve_became import SimulationResolveBecame
    from .simulation_state_record import SimulationStateRecord
    from .simulation_state_record_state import SimulationStateRecordState
    from .simulation_view import SimulationView
    from .simulation_view_called_state_type_0 import SimulationViewCalledStateType0
    from .simulation_view_parameters_type_0 import SimulationViewParametersType0
    from .simulation_view_state import SimulationViewState
    from .simulations_made import SimulationsMade
    from .snapshot_view import SnapshotView
    from .software import Software
    from .software_declare import SoftwareDeclare
    from .software_declare_environment import SoftwareDeclareEnvironment
    from .software_environment import SoftwareEnvironment
    from .software_found import SoftwareFound
    from .software_found_by import SoftwareFoundBy
    from .software_list_state_type_0_item import SoftwareListStateType0Item
    from .software_probe import SoftwareProbe
    from .software_state import SoftwareState
    from .source import Source
    from .source_change import SourceChange
    from .source_change_settings_type_0 import SourceChangeSettingsType0
    from .source_check import SourceCheck
    from .source_check_set import SourceCheckSet
    from .source_item import SourceItem
    from .source_key import SourceKey
    from .source_key_kind import SourceKeyKind
    from .source_key_remove_kind import SourceKeyRemoveKind
    from .source_key_wanted import SourceKeyWanted
    from .source_key_wanted_kind import SourceKeyWantedKind
    from .source_keys_item import SourceKeysItem
    from .source_settings import SourceSettings
    from .source_state import SourceState
    from .source_submit import SourceSubmit
    from .source_submit_settings import SourceSubmitSettings
    from .stage_bar import StageBar
    from .stage_bar_state import StageBarState
    from .stage_view import StageView
    from .stage_view_message_schema import StageViewMessageSchema
    from .storage_change import StorageChange
    from .storage_change_settings_type_0 import StorageChangeSettingsType0
    from .storage_check_view import StorageCheckView
    from .storage_check_view_state import StorageCheckViewState
    from .storage_file_get_cache import StorageFileGetCache
    from .storage_submit import StorageSubmit
    from .storage_submit_settings import StorageSubmitSettings
    from .storage_tried import StorageTried
    from .storage_tried_state import StorageTriedState
    from .storage_view import StorageView
    from .storage_view_settings import StorageViewSettings
    from .storage_view_state import StorageViewState
    from .table_column import TableColumn
    from .throughput import Throughput
    from .throughput_by_state import ThroughputByState
    from .timeline import Timeline
    from .token_create import TokenCreate
    from .token_made import TokenMade
    from .token_view import TokenView
    from .told_start_view import ToldStartView
    from .transfer import Transfer
    from .transfer_create import TransferCreate
    from .transfer_create_engine import TransferCreateEngine
    from .transfer_create_kind import TransferCreateKind
    from .transfer_create_urgency import TransferCreateUrgency
    from .transfer_kind import TransferKind
    from .transfer_list_kind_type_0 import TransferListKindType0
    from .transfer_list_state_item import TransferListStateItem
    from .transfer_state import TransferState
    from .transfer_urgency import TransferUrgency
    from .transfers_made import TransfersMade
    from .upload import Upload
    from .upload_begin import UploadBegin
    from .usage_view import UsageView
    from .usage_view_source import UsageViewSource
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
    from .verify_create import VerifyCreate
    from .verify_create_urgency import VerifyCreateUrgency
    from .version_view import VersionView
    from .victim_view import VictimView
    from .wait_errors import WaitErrors
    from .wait_model_view import WaitModelView
    from .wait_model_view_source import WaitModelViewSource
    from .wait_view import WaitView
    from .waiting import Waiting
    from .webhook import Webhook
    from .webhook_change import WebhookChange
    from .webhook_create import WebhookCreate
    from .webhook_made import WebhookMade
    from .webhook_message import WebhookMessage
    from .webhook_message_detail import WebhookMessageDetail
    from .webhook_message_detail_content import WebhookMessageDetailContent
    from .webhook_message_detail_state import WebhookMessageDetailState
    from .webhook_message_list_state_item import WebhookMessageListStateItem
    from .webhook_message_state import WebhookMessageState
    from .workflow_graph_format import WorkflowGraphFormat
    from .workflow_test import WorkflowTest
    from .workflow_test_message import WorkflowTestMessage
    from .workflow_test_parameters import WorkflowTestParameters
    from .workflow_test_view import WorkflowTestView
    from .workflow_test_view_result import WorkflowTestViewResult
    from .workflow_view import WorkflowView
    from .workflow_view_parameters_schema_type_0 import WorkflowViewParametersSchemaType0
    from .workflow_view_state import WorkflowViewState
    from .workflow_view_urgency import WorkflowViewUrgency

_MODULES = {
    "AdoptBegin": ".adopt_begin",
    "AlarmAcknowledge": ".alarm_acknowledge",
    "AlarmListState": ".alarm_list_state",
    "AlarmShelve": ".alarm_shelve",
    "AlarmView": ".alarm_view",
    "AlarmViewPriority": ".alarm_view_priority",
    "AlarmViewState": ".alarm_view_state",
    "AlertInfo": ".alert_info",
    "AlertInfoCategoryItem": ".alert_info_category_item",
    "AlertInfoCertainty": ".alert_info_certainty",
    "AlertInfoResponseTypeItem": ".alert_info_response_type_item",
    "AlertInfoScope": ".alert_info_scope",
    "AlertInfoSeverity": ".alert_info_severity",
    "AlertInfoStatus": ".alert_info_status",
    "AlertInfoUrgency": ".alert_info_urgency",
    "AllocationChange": ".allocation_change",
    "AllocationEntryView": ".allocation_entry_view",
    "AllocationGrant": ".allocation_grant",
    "AllocationGrantResource": ".allocation_grant_resource",
    "AllocationGrantSubjectKind": ".allocation_grant_subject_kind",
    "AllocationListResourceType0": ".allocation_list_resource_type_0",
    "AllocationView": ".allocation_view",
    "AllocationViewResource": ".allocation_view_resource",
    "AllocationViewSubjectKind": ".allocation_view_subject_kind",
    "Application": ".application",
    "ApplicationDefinition": ".application_definition",
    "ApplicationDefinitionEnvironment": ".application_definition_environment",
    "ApplicationDefinitionFiles": ".application_definition_files",
    "ApplicationDefinitionParameters": ".application_definition_parameters",
    "ApplicationInput": ".application_input",
    "ApplicationMake": ".application_make",
    "ApplicationRun": ".application_run",
    "ApplicationRunInputs": ".application_run_inputs",
    "ApplicationRunParameters": ".application_run_parameters",
    "Archive": ".archive",
    "ArchiveUrgency": ".archive_urgency",
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
    "Binding": ".binding",
    "BindingChange": ".binding_change",
    "BindingList": ".binding_list",
    "BindingMessageType0": ".binding_message_type_0",
    "BindingSubmit": ".binding_submit",
    "BindingSubmitMessageType0": ".binding_submit_message_type_0",
    "BindingSubmitTarget": ".binding_submit_target",
    "BindingTarget": ".binding_target",
    "BindingTest": ".binding_test",
    "BindingTrial": ".binding_trial",
    "BindingTrialDoes": ".binding_trial_does",
    "BindingTrialMessageType0": ".binding_trial_message_type_0",
    "BulkDone": ".bulk_done",
    "BulkFilter": ".bulk_filter",
    "BulkFilterStateItem": ".bulk_filter_state_item",
    "CandidateView": ".candidate_view",
    "CertificateView": ".certificate_view",
    "CertificateWanted": ".certificate_wanted",
    "Collection": ".collection",
    "CollectionChange": ".collection_change",
    "CollectionMake": ".collection_make",
    "CollectionMembers": ".collection_members",
    "CommandEnded": ".command_ended",
    "CommandRun": ".command_run",
    "CommandRunEnvironment": ".command_run_environment",
    "ConsentBegin": ".consent_begin",
    "ConsentBegun": ".consent_begun",
    "ConsentFinish": ".consent_finish",
    "ConsentFinishAnswer": ".consent_finish_answer",
    "ContractGetResponse200": ".contract_get_response_200",
    "CopyCreate": ".copy_create",
    "CopyCreateKind": ".copy_create_kind",
    "CopyCreateUrgency": ".copy_create_urgency",
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
    "DatasetChange": ".dataset_change",
    "DatasetDetail": ".dataset_detail",
    "DatasetLink": ".dataset_link",
    "DatasetLinkMade": ".dataset_link_made",
    "DatasetMaking": ".dataset_making",
    "DatasetMark": ".dataset_mark",
    "DatasetPreview": ".dataset_preview",
    "DatasetPreviewKind": ".dataset_preview_kind",
    "DatasetProvenanceCrateResponseDatasetProvenanceCrate": ".dataset_provenance_crate_response_dataset_provenance_crate",
    "DatasetProvenanceProvResponseDatasetProvenanceProv": ".dataset_provenance_prov_response_dataset_provenance_prov",
    "DatasetView": ".dataset_view",
    "DeclaredLimit": ".declared_limit",
    "DeepCheckView": ".deep_check_view",
    "DeepCheckViewStatus": ".deep_check_view_status",
    "DeepPingView": ".deep_ping_view",
    "DeepPingViewStatus": ".deep_ping_view_status",
    "DefinitionProblem": ".definition_problem",
    "Delivery": ".delivery",
    "DeliveryDetail": ".delivery_detail",
    "DeliveryDetailAttributesType0": ".delivery_detail_attributes_type_0",
    "DeliveryDetailState": ".delivery_detail_state",
    "DeliveryListStateItem": ".delivery_list_state_item",
    "DeliveryMark": ".delivery_mark",
    "DeliveryPushJsonBody": ".delivery_push_json_body",
    "DeliveryPushJsonBodyItem": ".delivery_push_json_body_item",
    "DeliveryState": ".delivery_state",
    "DirectoryMake": ".directory_make",
    "DriverList": ".driver_list",
    "DriverView": ".driver_view",
    "DriverViewSettingsSchemaType0": ".driver_view_settings_schema_type_0",
    "EmailChange": ".email_change",
    "EmailVerificationRedeem": ".email_verification_redeem",
    "EstimateView": ".estimate_view",
    "EventView": ".event_view",
    "EventViewData": ".event_view_data",
    "ExportView": ".export_view",
    "ExportViewState": ".export_view_state",
    "FetchBegin": ".fetch_begin",
    "FiguresReport": ".figures_report",
    "FiguresReportFigures": ".figures_report_figures",
    "FileChange": ".file_change",
    "FileChanges": ".file_changes",
    "FileEntry": ".file_entry",
    "FileEntryKind": ".file_entry_kind",
    "FileList": ".file_list",
    "FileMove": ".file_move",
    "FileWritten": ".file_written",
    "FolderEntry": ".folder_entry",
    "ForecastView": ".forecast_view",
    "ForecastViewBasisType0": ".forecast_view_basis_type_0",
    "Graph": ".graph",
    "GraphEdge": ".graph_edge",
    "GraphEdgeRelation": ".graph_edge_relation",
    "GraphNode": ".graph_node",
    "GraphNodeDatasetType0": ".graph_node_dataset_type_0",
    "GraphNodeKind": ".graph_node_kind",
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
    "HostKey": ".host_key",
    "HostKeyState": ".host_key_state",
    "HostKeyTrust": ".host_key_trust",
    "IdentityBegin": ".identity_begin",
    "IdentityChange": ".identity_change",
    "IdentityList": ".identity_list",
    "IdentityView": ".identity_view",
    "IdentityViewSort": ".identity_view_sort",
    "IncidentBulk": ".incident_bulk",
    "IncidentBulkDone": ".incident_bulk_done",
    "IncidentBulkStateItem": ".incident_bulk_state_item",
    "IncidentGraphFormat": ".incident_graph_format",
    "IncidentListStateItem": ".incident_list_state_item",
    "IncidentListUrgencyType0": ".incident_list_urgency_type_0",
    "IncidentOpen": ".incident_open",
    "IncidentOpenAreaType0": ".incident_open_area_type_0",
    "IncidentOpenMessage": ".incident_open_message",
    "IncidentOpenParameters": ".incident_open_parameters",
    "IncidentOpenUrgencyType0": ".incident_open_urgency_type_0",
    "IncidentRerun": ".incident_rerun",
    "IncidentRetry": ".incident_retry",
    "IncidentRetryMessageType0": ".incident_retry_message_type_0",
    "IncidentView": ".incident_view",
    "IncidentViewAreaType0": ".incident_view_area_type_0",
    "IncidentViewOutcomeType0": ".incident_view_outcome_type_0",
    "IncidentViewParameters": ".incident_view_parameters",
    "IncidentViewState": ".incident_view_state",
    "IncidentViewStateData": ".incident_view_state_data",
    "IncidentViewUrgency": ".incident_view_urgency",
    "IngestPushJsonBody": ".ingest_push_json_body",
    "IngestPushJsonBodyItem": ".ingest_push_json_body_item",
    "Install": ".install",
    "InstallAsk": ".install_ask",
    "InstallLog": ".install_log",
    "InstallState": ".install_state",
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
    "JobCounts": ".job_counts",
    "JobCountsCounts": ".job_counts_counts",
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
    "LinkMake": ".link_make",
    "LogBehindView": ".log_behind_view",
    "LogIn": ".log_in",
    "LogListLevelType0": ".log_list_level_type_0",
    "LogNodeList": ".log_node_list",
    "LogNodeView": ".log_node_view",
    "LogNotSearchedView": ".log_not_searched_view",
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
    "MachineChangeSettingsType0": ".machine_change_settings_type_0",
    "MachineChangeTransportSettingsType0": ".machine_change_transport_settings_type_0",
    "MachineHealthView": ".machine_health_view",
    "MachineHealthViewStatus": ".machine_health_view_status",
    "MachineHistory": ".machine_history",
    "MachineHistoryPoint": ".machine_history_point",
    "MachineListStateType0Item": ".machine_list_state_type_0_item",
    "MachineLogin": ".machine_login",
    "MachineLoginAnswer": ".machine_login_answer",
    "MachineLoginState": ".machine_login_state",
    "MachineQueue": ".machine_queue",
    "MachineQueueLimits": ".machine_queue_limits",
    "MachineRegister": ".machine_register",
    "MachineRegisterSettings": ".machine_register_settings",
    "MachineRegisterTransportSettings": ".machine_register_transport_settings",
    "MachineReport": ".machine_report",
    "MachineSetup": ".machine_setup",
    "MachineView": ".machine_view",
    "MachineViewLoginStateType0": ".machine_view_login_state_type_0",
    "MachineViewSettings": ".machine_view_settings",
    "MachineViewState": ".machine_view_state",
    "MachineViewTransportSettings": ".machine_view_transport_settings",
    "Maintenance": ".maintenance",
    "MaintenancePlan": ".maintenance_plan",
    "ManualDataView": ".manual_data_view",
    "MessageSend": ".message_send",
    "MessageSendMessage": ".message_send_message",
    "MessageView": ".message_view",
    "MessageViewMessage": ".message_view_message",
    "MessageViewState": ".message_view_state",
    "MessagesReplayed": ".messages_replayed",
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
    "NodeSettingChange": ".node_setting_change",
    "NodeSettingView": ".node_setting_view",
    "NodeSettings": ".node_settings",
    "NodeState": ".node_state",
    "NodeView": ".node_view",
    "ObjectStored": ".object_stored",
    "ObjectView": ".object_view",
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
    "Output": ".output",
    "PaceView": ".pace_view",
    "PageAlarmView": ".page_alarm_view",
    "PageAllocationEntryView": ".page_allocation_entry_view",
    "PageAllocationView": ".page_allocation_view",
    "PageApplicationView": ".page_application_view",
    "PageAttemptView": ".page_attempt_view",
    "PageAuditView": ".page_audit_view",
    "PageBatchView": ".page_batch_view",
    "PageCollectionView": ".page_collection_view",
    "PageCredentialUseView": ".page_credential_use_view",
    "PageCredentialView": ".page_credential_view",
    "PageDatasetView": ".page_dataset_view",
    "PageDeliveryView": ".page_delivery_view",
    "PageEventView": ".page_event_view",
    "PageExportView": ".page_export_view",
    "PageFolderEntry": ".page_folder_entry",
    "PageGroupView": ".page_group_view",
    "PageHostKeyView": ".page_host_key_view",
    "PageIncidentView": ".page_incident_view",
    "PageInstallView": ".page_install_view",
    "PageInvitationView": ".page_invitation_view",
    "PageJobView": ".page_job_view",
    "PageLimitView": ".page_limit_view",
    "PageLinkView": ".page_link_view",
    "PageLoginView": ".page_login_view",
    "PageMachineLoginView": ".page_machine_login_view",
    "PageMachineView": ".page_machine_view",
    "PageMaintenanceView": ".page_maintenance_view",
    "PageMessageView": ".page_message_view",
    "PageNodeBootView": ".page_node_boot_view",
    "PageObjectView": ".page_object_view",
    "PageObservationView": ".page_observation_view",
    "PagePublicationView": ".page_publication_view",
    "PageQuestionView": ".page_question_view",
    "PageQueueView": ".page_queue_view",
    "PageRecipeView": ".page_recipe_view",
    "PageScheduleRunView": ".page_schedule_run_view",
    "PageScheduleView": ".page_schedule_view",
    "PageSessionItem": ".page_session_item",
    "PageShareView": ".page_share_view",
    "PageSimulationView": ".page_simulation_view",
    "PageSoftwareView": ".page_software_view",
    "PageSourceView": ".page_source_view",
    "PageStateView": ".page_state_view",
    "PageStorageCheckView": ".page_storage_check_view",
    "PageStorageView": ".page_storage_view",
    "PageTokenView": ".page_token_view",
    "PageTransferView": ".page_transfer_view",
    "PageUploadView": ".page_upload_view",
    "PageUserDetail": ".page_user_detail",
    "PageWaitModelView": ".page_wait_model_view",
    "PageWebhookMessageView": ".page_webhook_message_view",
    "PageWebhookView": ".page_webhook_view",
    "PageWorkflowView": ".page_workflow_view",
    "Partition": ".partition",
    "PasswordChange": ".password_change",
    "PasswordReset": ".password_reset",
    "PasswordResetRedeem": ".password_reset_redeem",
    "PasswordResetRedeemOtherWaysType0": ".password_reset_redeem_other_ways_type_0",
    "PasswordRules": ".password_rules",
    "PasswordSet": ".password_set",
    "PasswordSetOtherWaysType0": ".password_set_other_ways_type_0",
    "PerformanceView": ".performance_view",
    "PerformanceViewSourceType0": ".performance_view_source_type_0",
    "Place": ".place",
    "PlacementView": ".placement_view",
    "Prediction": ".prediction",
    "ProblemDocument": ".problem_document",
    "ProblemItem": ".problem_item",
    "ProfileChange": ".profile_change",
    "ProfileDelete": ".profile_delete",
    "ProfileView": ".profile_view",
    "ProfileViewRole": ".profile_view_role",
    "Prompt": ".prompt",
    "Provenance": ".provenance",
    "ProvenanceOriginType0": ".provenance_origin_type_0",
    "Provided": ".provided",
    "ProvidedEnvironment": ".provided_environment",
    "PublicationMade": ".publication_made",
    "PublicationMadeKind": ".publication_made_kind",
    "PublicationMake": ".publication_make",
    "PublicationMakeKind": ".publication_make_kind",
    "PublicationView": ".publication_view",
    "PublicationViewKind": ".publication_view_kind",
    "PushReceipt": ".push_receipt",
    "QuantilesView": ".quantiles_view",
    "QuantilesViewBasis": ".quantiles_view_basis",
    "QueryBegin": ".query_begin",
    "QueryBeginForm": ".query_begin_form",
    "QuestionAnswer": ".question_answer",
    "QuestionView": ".question_view",
    "QuestionViewForm": ".question_view_form",
    "QuestionViewState": ".question_view_state",
    "Queue": ".queue",
    "QueueChange": ".queue_change",
    "QueueJob": ".queue_job",
    "QueueNode": ".queue_node",
    "QueuePartition": ".queue_partition",
    "QueuePoint": ".queue_point",
    "QueuePointState": ".queue_point_state",
    "QueueReason": ".queue_reason",
    "QueueReservation": ".queue_reservation",
    "QueueState": ".queue_state",
    "Race": ".race",
    "RaceWinsOn": ".race_wins_on",
    "Reason": ".reason",
    "Recipe": ".recipe",
    "RecipeDefinition": ".recipe_definition",
    "RecipeDefinitionEnvironment": ".recipe_definition_environment",
    "RecipeMake": ".recipe_make",
    "ReplicaView": ".replica_view",
    "ReplicaViewState": ".replica_view_state",
    "Resources": ".resources",
    "RetentionRule": ".retention_rule",
    "RetentionRuleOf": ".retention_rule_of",
    "RetentionView": ".retention_view",
    "Ring": ".ring",
    "RotateSecret": ".rotate_secret",
    "RotationStarted": ".rotation_started",
    "RunCallback": ".run_callback",
    "RunCallbackState": ".run_callback_state",
    "RunTimeView": ".run_time_view",
    "RunTimeViewBasis": ".run_time_view_basis",
    "RungView": ".rung_view",
    "RungViewKind": ".rung_view_kind",
    "Schedule": ".schedule",
    "ScheduleCatchUp": ".schedule_catch_up",
    "ScheduleChange": ".schedule_change",
    "ScheduleChangeCatchUpType0": ".schedule_change_catch_up_type_0",
    "ScheduleChangeOverlapType0": ".schedule_change_overlap_type_0",
    "ScheduleChangePayloadType0": ".schedule_change_payload_type_0",
    "ScheduleChangeUrgencyType0": ".schedule_change_urgency_type_0",
    "ScheduleDraft": ".schedule_draft",
    "ScheduleDraftCatchUp": ".schedule_draft_catch_up",
    "ScheduleDraftOverlap": ".schedule_draft_overlap",
    "ScheduleDraftPayload": ".schedule_draft_payload",
    "ScheduleDraftUrgency": ".schedule_draft_urgency",
    "ScheduleOverlap": ".schedule_overlap",
    "SchedulePayload": ".schedule_payload",
    "SchedulePreview": ".schedule_preview",
    "ScheduleRun": ".schedule_run",
    "ScheduleRunSkippedType0": ".schedule_run_skipped_type_0",
    "ScheduleTimes": ".schedule_times",
    "ScheduleUrgency": ".schedule_urgency",
    "SectionView": ".section_view",
    "SectionsView": ".sections_view",
    "SessionItem": ".session_item",
    "SessionProof": ".session_proof",
    "SessionView": ".session_view",
    "SessionViewRole": ".session_view_role",
    "SessionViewRolesItem": ".session_view_roles_item",
    "SetupComplete": ".setup_complete",
    "SetupView": ".setup_view",
    "ShareListDirectionType0": ".share_list_direction_type_0",
    "ShareSet": ".share_set",
    "ShareSetLevel": ".share_set_level",
    "ShareView": ".share_view",
    "ShareViewLevel": ".share_view_level",
    "SignUp": ".sign_up",
    "SignUpView": ".sign_up_view",
    "SimulationAsk": ".simulation_ask",
    "SimulationAskEnvironment": ".simulation_ask_environment",
    "SimulationAskFiles": ".simulation_ask_files",
    "SimulationBar": ".simulation_bar",
    "SimulationBulk": ".simulation_bulk",
    "SimulationBulkDone": ".simulation_bulk_done",
    "SimulationFigures": ".simulation_figures",
    "SimulationFiguresFigures": ".simulation_figures_figures",
    "SimulationFiguresFiguresAdditionalProperty": ".simulation_figures_figures_additional_property",
    "SimulationFilter": ".simulation_filter",
    "SimulationFilterStateItem": ".simulation_filter_state_item",
    "SimulationForecast": ".simulation_forecast",
    "SimulationGroupView": ".simulation_group_view",
    "SimulationGroupViewKind": ".simulation_group_view_kind",
    "SimulationGroupViewWinsOnType0": ".simulation_group_view_wins_on_type_0",
    "SimulationListStateType0Item": ".simulation_list_state_type_0_item",
    "SimulationOutputStream": ".simulation_output_stream",
    "SimulationOutputStreamStream": ".simulation_output_stream_stream",
    "SimulationPlan": ".simulation_plan",
    "SimulationResolve": ".simulation_resolve",
    "SimulationResolveBecame": ".simulation_resolve_became",
    "SimulationStateRecord": ".simulation_state_record",
    "SimulationStateRecordState": ".simulation_state_record_state",
    "SimulationView": ".simulation_view",
    "SimulationViewCalledStateType0": ".simulation_view_called_state_type_0",
    "SimulationViewParametersType0": ".simulation_view_parameters_type_0",
    "SimulationViewState": ".simulation_view_state",
    "SimulationsMade": ".simulations_made",
    "SnapshotView": ".snapshot_view",
    "Software": ".software",
    "SoftwareDeclare": ".software_declare",
    "SoftwareDeclareEnvironment": ".software_declare_environment",
    "SoftwareEnvironment": ".software_environment",
    "SoftwareFound": ".software_found",
    "SoftwareFoundBy": ".software_found_by",
    "SoftwareListStateType0Item": ".software_list_state_type_0_item",
    "SoftwareProbe": ".software_probe",
    "SoftwareState": ".software_state",
    "Source": ".source",
    "SourceChange": ".source_change",
    "SourceChangeSettingsType0": ".source_change_settings_type_0",
    "SourceCheck": ".source_check",
    "SourceCheckSet": ".source_check_set",
    "SourceItem": ".source_item",
    "SourceKey": ".source_key",
    "SourceKeyKind": ".source_key_kind",
    "SourceKeyRemoveKind": ".source_key_remove_kind",
    "SourceKeyWanted": ".source_key_wanted",
    "SourceKeyWantedKind": ".source_key_wanted_kind",
    "SourceKeysItem": ".source_keys_item",
    "SourceSettings": ".source_settings",
    "SourceState": ".source_state",
    "SourceSubmit": ".source_submit",
    "SourceSubmitSettings": ".source_submit_settings",
    "StageBar": ".stage_bar",
    "StageBarState": ".stage_bar_state",
    "StageView": ".stage_view",
    "StageViewMessageSchema": ".stage_view_message_schema",
    "StorageChange": ".storage_change",
    "StorageChangeSettingsType0": ".storage_change_settings_type_0",
    "StorageCheckView": ".storage_check_view",
    "StorageCheckViewState": ".storage_check_view_state",
    "StorageFileGetCache": ".storage_file_get_cache",
    "StorageSubmit": ".storage_submit",
    "StorageSubmitSettings": ".storage_submit_settings",
    "StorageTried": ".storage_tried",
    "StorageTriedState": ".storage_tried_state",
    "StorageView": ".storage_view",
    "StorageViewSettings": ".storage_view_settings",
    "StorageViewState": ".storage_view_state",
    "TableColumn": ".table_column",
    "Throughput": ".throughput",
    "ThroughputByState": ".throughput_by_state",
    "Timeline": ".timeline",
    "TokenCreate": ".token_create",
    "TokenMade": ".token_made",
    "TokenView": ".token_view",
    "ToldStartView": ".told_start_view",
    "Transfer": ".transfer",
    "TransferCreate": ".transfer_create",
    "TransferCreateEngine": ".transfer_create_engine",
    "TransferCreateKind": ".transfer_create_kind",
    "TransferCreateUrgency": ".transfer_create_urgency",
    "TransferKind": ".transfer_kind",
    "TransferListKindType0": ".transfer_list_kind_type_0",
    "TransferListStateItem": ".transfer_list_state_item",
    "TransferState": ".transfer_state",
    "TransferUrgency": ".transfer_urgency",
    "TransfersMade": ".transfers_made",
    "Upload": ".upload",
    "UploadBegin": ".upload_begin",
    "UsageView": ".usage_view",
    "UsageViewSource": ".usage_view_source",
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
    "VerifyCreate": ".verify_create",
    "VerifyCreateUrgency": ".verify_create_urgency",
    "VersionView": ".version_view",
    "VictimView": ".victim_view",
    "WaitErrors": ".wait_errors",
    "WaitModelView": ".wait_model_view",
    "WaitModelViewSource": ".wait_model_view_source",
    "WaitView": ".wait_view",
    "Waiting": ".waiting",
    "Webhook": ".webhook",
    "WebhookChange": ".webhook_change",
    "WebhookCreate": ".webhook_create",
    "WebhookMade": ".webhook_made",
    "WebhookMessage": ".webhook_message",
    "WebhookMessageDetail": ".webhook_message_detail",
    "WebhookMessageDetailContent": ".webhook_message_detail_content",
    "WebhookMessageDetailState": ".webhook_message_detail_state",
    "WebhookMessageListStateItem": ".webhook_message_list_state_item",
    "WebhookMessageState": ".webhook_message_state",
    "WorkflowGraphFormat": ".workflow_graph_format",
    "WorkflowTest": ".workflow_test",
    "WorkflowTestMessage": ".workflow_test_message",
    "WorkflowTestParameters": ".workflow_test_parameters",
    "WorkflowTestView": ".workflow_test_view",
    "WorkflowTestViewResult": ".workflow_test_view_result",
    "WorkflowView": ".workflow_view",
    "WorkflowViewParametersSchemaType0": ".workflow_view_parameters_schema_type_0",
    "WorkflowViewState": ".workflow_view_state",
    "WorkflowViewUrgency": ".workflow_view_urgency",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name], __name__), name)


__all__ = (
    "AdoptBegin",
    "AlarmAcknowledge",
    "AlarmListState",
    "AlarmShelve",
    "AlarmView",
    "AlarmViewPriority",
    "AlarmViewState",
    "AlertInfo",
    "AlertInfoCategoryItem",
    "AlertInfoCertainty",
    "AlertInfoResponseTypeItem",
    "AlertInfoScope",
    "AlertInfoSeverity",
    "AlertInfoStatus",
    "AlertInfoUrgency",
    "AllocationChange",
    "AllocationEntryView",
    "AllocationGrant",
    "AllocationGrantResource",
    "AllocationGrantSubjectKind",
    "AllocationListResourceType0",
    "AllocationView",
    "AllocationViewResource",
    "AllocationViewSubjectKind",
    "Application",
    "ApplicationDefinition",
    "ApplicationDefinitionEnvironment",
    "ApplicationDefinitionFiles",
    "ApplicationDefinitionParameters",
    "ApplicationInput",
    "ApplicationMake",
    "ApplicationRun",
    "ApplicationRunInputs",
    "ApplicationRunParameters",
    "Archive",
    "ArchiveUrgency",
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
    "Binding",
    "BindingChange",
    "BindingList",
    "BindingMessageType0",
    "BindingSubmit",
    "BindingSubmitMessageType0",
    "BindingSubmitTarget",
    "BindingTarget",
    "BindingTest",
    "BindingTrial",
    "BindingTrialDoes",
    "BindingTrialMessageType0",
    "BulkDone",
    "BulkFilter",
    "BulkFilterStateItem",
    "CandidateView",
    "CertificateView",
    "CertificateWanted",
    "Collection",
    "CollectionChange",
    "CollectionMake",
    "CollectionMembers",
    "CommandEnded",
    "CommandRun",
    "CommandRunEnvironment",
    "ConsentBegin",
    "ConsentBegun",
    "ConsentFinish",
    "ConsentFinishAnswer",
    "ContractGetResponse200",
    "CopyCreate",
    "CopyCreateKind",
    "CopyCreateUrgency",
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
    "DatasetChange",
    "DatasetDetail",
    "DatasetLink",
    "DatasetLinkMade",
    "DatasetMaking",
    "DatasetMark",
    "DatasetPreview",
    "DatasetPreviewKind",
    "DatasetProvenanceCrateResponseDatasetProvenanceCrate",
    "DatasetProvenanceProvResponseDatasetProvenanceProv",
    "DatasetView",
    "DeclaredLimit",
    "DeepCheckView",
    "DeepCheckViewStatus",
    "DeepPingView",
    "DeepPingViewStatus",
    "DefinitionProblem",
    "Delivery",
    "DeliveryDetail",
    "DeliveryDetailAttributesType0",
    "DeliveryDetailState",
    "DeliveryListStateItem",
    "DeliveryMark",
    "DeliveryPushJsonBody",
    "DeliveryPushJsonBodyItem",
    "DeliveryState",
    "DirectoryMake",
    "DriverList",
    "DriverView",
    "DriverViewSettingsSchemaType0",
    "EmailChange",
    "EmailVerificationRedeem",
    "EstimateView",
    "EventView",
    "EventViewData",
    "ExportView",
    "ExportViewState",
    "FetchBegin",
    "FiguresReport",
    "FiguresReportFigures",
    "FileChange",
    "FileChanges",
    "FileEntry",
    "FileEntryKind",
    "FileList",
    "FileMove",
    "FileWritten",
    "FolderEntry",
    "ForecastView",
    "ForecastViewBasisType0",
    "Graph",
    "GraphEdge",
    "GraphEdgeRelation",
    "GraphNode",
    "GraphNodeDatasetType0",
    "GraphNodeKind",
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
    "HostKey",
    "HostKeyState",
    "HostKeyTrust",
    "IdentityBegin",
    "IdentityChange",
    "IdentityList",
    "IdentityView",
    "IdentityViewSort",
    "IncidentBulk",
    "IncidentBulkDone",
    "IncidentBulkStateItem",
    "IncidentGraphFormat",
    "IncidentListStateItem",
    "IncidentListUrgencyType0",
    "IncidentOpen",
    "IncidentOpenAreaType0",
    "IncidentOpenMessage",
    "IncidentOpenParameters",
    "IncidentOpenUrgencyType0",
    "IncidentRerun",
    "IncidentRetry",
    "IncidentRetryMessageType0",
    "IncidentView",
    "IncidentViewAreaType0",
    "IncidentViewOutcomeType0",
    "IncidentViewParameters",
    "IncidentViewState",
    "IncidentViewStateData",
    "IncidentViewUrgency",
    "IngestPushJsonBody",
    "IngestPushJsonBodyItem",
    "Install",
    "InstallAsk",
    "InstallLog",
    "InstallState",
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
    "JobCounts",
    "JobCountsCounts",
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
    "LinkMake",
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
    "LogNotSearchedView",
    "LogPage",
    "LogRecordView",
    "LogRecordViewData",
    "LogRecordViewLevel",
    "LoopView",
    "LoopViewState",
    "MachineChange",
    "MachineChangeSettingsType0",
    "MachineChangeTransportSettingsType0",
    "MachineHealthView",
    "MachineHealthViewStatus",
    "MachineHistory",
    "MachineHistoryPoint",
    "MachineListStateType0Item",
    "MachineLogin",
    "MachineLoginAnswer",
    "MachineLoginState",
    "MachineQueue",
    "MachineQueueLimits",
    "MachineRegister",
    "MachineRegisterSettings",
    "MachineRegisterTransportSettings",
    "MachineReport",
    "MachineSetup",
    "MachineView",
    "MachineViewLoginStateType0",
    "MachineViewSettings",
    "MachineViewState",
    "MachineViewTransportSettings",
    "Maintenance",
    "MaintenancePlan",
    "ManualDataView",
    "MessageSend",
    "MessageSendMessage",
    "MessagesReplayed",
    "MessageView",
    "MessageViewMessage",
    "MessageViewState",
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
    "NodeSettingChange",
    "NodeSettings",
    "NodeSettingView",
    "NodeState",
    "NodeView",
    "ObjectStored",
    "ObjectView",
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
    "Output",
    "PaceView",
    "PageAlarmView",
    "PageAllocationEntryView",
    "PageAllocationView",
    "PageApplicationView",
    "PageAttemptView",
    "PageAuditView",
    "PageBatchView",
    "PageCollectionView",
    "PageCredentialUseView",
    "PageCredentialView",
    "PageDatasetView",
    "PageDeliveryView",
    "PageEventView",
    "PageExportView",
    "PageFolderEntry",
    "PageGroupView",
    "PageHostKeyView",
    "PageIncidentView",
    "PageInstallView",
    "PageInvitationView",
    "PageJobView",
    "PageLimitView",
    "PageLinkView",
    "PageLoginView",
    "PageMachineLoginView",
    "PageMachineView",
    "PageMaintenanceView",
    "PageMessageView",
    "PageNodeBootView",
    "PageObjectView",
    "PageObservationView",
    "PagePublicationView",
    "PageQuestionView",
    "PageQueueView",
    "PageRecipeView",
    "PageScheduleRunView",
    "PageScheduleView",
    "PageSessionItem",
    "PageShareView",
    "PageSimulationView",
    "PageSoftwareView",
    "PageSourceView",
    "PageStateView",
    "PageStorageCheckView",
    "PageStorageView",
    "PageTokenView",
    "PageTransferView",
    "PageUploadView",
    "PageUserDetail",
    "PageWaitModelView",
    "PageWebhookMessageView",
    "PageWebhookView",
    "PageWorkflowView",
    "Partition",
    "PasswordChange",
    "PasswordReset",
    "PasswordResetRedeem",
    "PasswordResetRedeemOtherWaysType0",
    "PasswordRules",
    "PasswordSet",
    "PasswordSetOtherWaysType0",
    "PerformanceView",
    "PerformanceViewSourceType0",
    "Place",
    "PlacementView",
    "Prediction",
    "ProblemDocument",
    "ProblemItem",
    "ProfileChange",
    "ProfileDelete",
    "ProfileView",
    "ProfileViewRole",
    "Prompt",
    "Provenance",
    "ProvenanceOriginType0",
    "Provided",
    "ProvidedEnvironment",
    "PublicationMade",
    "PublicationMadeKind",
    "PublicationMake",
    "PublicationMakeKind",
    "PublicationView",
    "PublicationViewKind",
    "PushReceipt",
    "QuantilesView",
    "QuantilesViewBasis",
    "QueryBegin",
    "QueryBeginForm",
    "QuestionAnswer",
    "QuestionView",
    "QuestionViewForm",
    "QuestionViewState",
    "Queue",
    "QueueChange",
    "QueueJob",
    "QueueNode",
    "QueuePartition",
    "QueuePoint",
    "QueuePointState",
    "QueueReason",
    "QueueReservation",
    "QueueState",
    "Race",
    "RaceWinsOn",
    "Reason",
    "Recipe",
    "RecipeDefinition",
    "RecipeDefinitionEnvironment",
    "RecipeMake",
    "ReplicaView",
    "ReplicaViewState",
    "Resources",
    "RetentionRule",
    "RetentionRuleOf",
    "RetentionView",
    "Ring",
    "RotateSecret",
    "RotationStarted",
    "RunCallback",
    "RunCallbackState",
    "RungView",
    "RungViewKind",
    "RunTimeView",
    "RunTimeViewBasis",
    "Schedule",
    "ScheduleCatchUp",
    "ScheduleChange",
    "ScheduleChangeCatchUpType0",
    "ScheduleChangeOverlapType0",
    "ScheduleChangePayloadType0",
    "ScheduleChangeUrgencyType0",
    "ScheduleDraft",
    "ScheduleDraftCatchUp",
    "ScheduleDraftOverlap",
    "ScheduleDraftPayload",
    "ScheduleDraftUrgency",
    "ScheduleOverlap",
    "SchedulePayload",
    "SchedulePreview",
    "ScheduleRun",
    "ScheduleRunSkippedType0",
    "ScheduleTimes",
    "ScheduleUrgency",
    "SectionsView",
    "SectionView",
    "SessionItem",
    "SessionProof",
    "SessionView",
    "SessionViewRole",
    "SessionViewRolesItem",
    "SetupComplete",
    "SetupView",
    "ShareListDirectionType0",
    "ShareSet",
    "ShareSetLevel",
    "ShareView",
    "ShareViewLevel",
    "SignUp",
    "SignUpView",
    "SimulationAsk",
    "SimulationAskEnvironment",
    "SimulationAskFiles",
    "SimulationBar",
    "SimulationBulk",
    "SimulationBulkDone",
    "SimulationFigures",
    "SimulationFiguresFigures",
    "SimulationFiguresFiguresAdditionalProperty",
    "SimulationFilter",
    "SimulationFilterStateItem",
    "SimulationForecast",
    "SimulationGroupView",
    "SimulationGroupViewKind",
    "SimulationGroupViewWinsOnType0",
    "SimulationListStateType0Item",
    "SimulationOutputStream",
    "SimulationOutputStreamStream",
    "SimulationPlan",
    "SimulationResolve",
    "SimulationResolveBecame",
    "SimulationsMade",
    "SimulationStateRecord",
    "SimulationStateRecordState",
    "SimulationView",
    "SimulationViewCalledStateType0",
    "SimulationViewParametersType0",
    "SimulationViewState",
    "SnapshotView",
    "Software",
    "SoftwareDeclare",
    "SoftwareDeclareEnvironment",
    "SoftwareEnvironment",
    "SoftwareFound",
    "SoftwareFoundBy",
    "SoftwareListStateType0Item",
    "SoftwareProbe",
    "SoftwareState",
    "Source",
    "SourceChange",
    "SourceChangeSettingsType0",
    "SourceCheck",
    "SourceCheckSet",
    "SourceItem",
    "SourceKey",
    "SourceKeyKind",
    "SourceKeyRemoveKind",
    "SourceKeysItem",
    "SourceKeyWanted",
    "SourceKeyWantedKind",
    "SourceSettings",
    "SourceState",
    "SourceSubmit",
    "SourceSubmitSettings",
    "StageBar",
    "StageBarState",
    "StageView",
    "StageViewMessageSchema",
    "StorageChange",
    "StorageChangeSettingsType0",
    "StorageCheckView",
    "StorageCheckViewState",
    "StorageFileGetCache",
    "StorageSubmit",
    "StorageSubmitSettings",
    "StorageTried",
    "StorageTriedState",
    "StorageView",
    "StorageViewSettings",
    "StorageViewState",
    "TableColumn",
    "Throughput",
    "ThroughputByState",
    "Timeline",
    "TokenCreate",
    "TokenMade",
    "TokenView",
    "ToldStartView",
    "Transfer",
    "TransferCreate",
    "TransferCreateEngine",
    "TransferCreateKind",
    "TransferCreateUrgency",
    "TransferKind",
    "TransferListKindType0",
    "TransferListStateItem",
    "TransfersMade",
    "TransferState",
    "TransferUrgency",
    "Upload",
    "UploadBegin",
    "UsageView",
    "UsageViewSource",
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
    "VerifyCreate",
    "VerifyCreateUrgency",
    "VersionView",
    "VictimView",
    "WaitErrors",
    "Waiting",
    "WaitModelView",
    "WaitModelViewSource",
    "WaitView",
    "Webhook",
    "WebhookChange",
    "WebhookCreate",
    "WebhookMade",
    "WebhookMessage",
    "WebhookMessageDetail",
    "WebhookMessageDetailContent",
    "WebhookMessageDetailState",
    "WebhookMessageListStateItem",
    "WebhookMessageState",
    "WorkflowGraphFormat",
    "WorkflowTest",
    "WorkflowTestMessage",
    "WorkflowTestParameters",
    "WorkflowTestView",
    "WorkflowTestViewResult",
    "WorkflowView",
    "WorkflowViewParametersSchemaType0",
    "WorkflowViewState",
    "WorkflowViewUrgency",
)

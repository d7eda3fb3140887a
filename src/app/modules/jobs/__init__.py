"""Jobs: every slow thing, as a row of one queue.

Owns jobs and their history, batches, queues, limits and schedules. Calls only the kernel. Announces job.quarantined,
queue.changed, job_limit.changed and job_batch.finished; every other end is its own record in finished_jobs.
"""

from app.kernel.module import Module
from app.kernel.principal import Role
from app.modules.jobs import builtin_kinds as builtin_kinds
from app.modules.jobs.attempt import Attempt
from app.modules.jobs.batch_routes import router as batch_router
from app.modules.jobs.batches import cancel_batch, get_batch, open_batch, seal
from app.modules.jobs.cancellation import cancel, cancel_where
from app.modules.jobs.count_routes import router as count_router
from app.modules.jobs.enqueueing import enqueue, enqueue_many
from app.modules.jobs.errors import (
    BatchNotFound,
    BatchSealed,
    JobAfterUnknown,
    JobFinished,
    JobKeyReused,
    JobNotFound,
    JobOptionInvalid,
    JobPayloadInvalid,
    JobPayloadTooLarge,
    LeaseLost,
    QueueDraining,
    QueueNotFound,
    UniqueKeyTaken,
)
from app.modules.jobs.events import BatchFinished, JobLimitChanged, JobQuarantined, QueueChanged
from app.modules.jobs.executor.sync_attempt import SyncAttempt
from app.modules.jobs.figures import Figures, Gauge, QueueFigures, RunningJob
from app.modules.jobs.joining import Riders, ride, riders, riders_in
from app.modules.jobs.kinds import Discard, Limit, Snooze, kind, on_exhausted
from app.modules.jobs.listing import detail, find, get, list_jobs, status
from app.modules.jobs.models import FinishedJob
from app.modules.jobs.policies import Policies
from app.modules.jobs.queue_routes import router as queue_router
from app.modules.jobs.queue_schemas import BatchView, LimitSet, LimitView, QueueView
from app.modules.jobs.routes import list_router, router
from app.modules.jobs.schedule_routes import router as schedule_router
from app.modules.jobs.schedule_times import Times, jitter, times
from app.modules.jobs.schedules import schedule
from app.modules.jobs.schemas import JobDetail, JobFilter, JobSettings, JobsStatus, JobView, Waiting
from app.modules.jobs.submit_routes import hot_router
from app.modules.jobs.submit_routes import router as kind_router
from app.modules.jobs.submitting import submit
from app.modules.jobs.succession import (
    WATCHED_TOPIC,
    Followers,
    end,
    follow,
    follower,
    followers,
    policies_at_hand,
    policies_of_followers,
    run_again,
    settle,
)
from app.modules.jobs.verdicts import Cancelled, Failed
from app.modules.jobs.working import drain, loops, start, stop

__all__ = [
    "WATCHED_TOPIC",
    "Attempt",
    "BatchFinished",
    "BatchNotFound",
    "BatchSealed",
    "BatchView",
    "Cancelled",
    "Discard",
    "Failed",
    "Figures",
    "FinishedJob",
    "Followers",
    "Gauge",
    "JobAfterUnknown",
    "JobDetail",
    "JobFilter",
    "JobFinished",
    "JobKeyReused",
    "JobLimitChanged",
    "JobNotFound",
    "JobOptionInvalid",
    "JobPayloadInvalid",
    "JobPayloadTooLarge",
    "JobQuarantined",
    "JobSettings",
    "JobView",
    "JobsStatus",
    "LeaseLost",
    "Limit",
    "LimitSet",
    "LimitView",
    "Policies",
    "QueueChanged",
    "QueueDraining",
    "QueueFigures",
    "QueueNotFound",
    "QueueView",
    "Riders",
    "RunningJob",
    "Snooze",
    "SyncAttempt",
    "Times",
    "UniqueKeyTaken",
    "Waiting",
    "cancel",
    "cancel_batch",
    "cancel_where",
    "detail",
    "end",
    "enqueue",
    "enqueue_many",
    "find",
    "follow",
    "follower",
    "followers",
    "get",
    "get_batch",
    "jitter",
    "kind",
    "list_jobs",
    "module",
    "on_exhausted",
    "open_batch",
    "policies_at_hand",
    "policies_of_followers",
    "ride",
    "riders",
    "riders_in",
    "run_again",
    "schedule",
    "seal",
    "settle",
    "status",
    "submit",
    "times",
]

module = Module(
    name="jobs",
    routers=(
        router,
        batch_router,
        queue_router,
        hot_router,
        list_router,
        count_router,
        kind_router,
        schedule_router,
    ),
    permissions={
        "job_list": Role.VIEWER,
        "job_count": Role.VIEWER,
        "job_get": Role.VIEWER,
        "job_attempts": Role.VIEWER,
        "job_cancel": Role.OPERATOR,
        "job_cancel_many": Role.OPERATOR,
        "job_retry": Role.OPERATOR,
        "job_retry_many": Role.OPERATOR,
        "job_delete": Role.ADMIN,
        "job_delete_many": Role.ADMIN,
        "job_submit": Role.OPERATOR,
        "job_kind_list": Role.VIEWER,
        "queue_list": Role.VIEWER,
        "queue_get": Role.VIEWER,
        "queue_pause": Role.OPERATOR,
        "queue_resume": Role.OPERATOR,
        "queue_drain": Role.OPERATOR,
        "queue_change": Role.ADMIN,
        "job_limit_list": Role.VIEWER,
        "job_limit_set": Role.ADMIN,
        "job_limit_remove": Role.ADMIN,
        "job_batch_list": Role.VIEWER,
        "job_batch_get": Role.VIEWER,
        "job_batch_open": Role.OPERATOR,
        "job_batch_add": Role.OPERATOR,
        "job_batch_seal": Role.OPERATOR,
        "job_batch_cancel": Role.OPERATOR,
        "schedule_list": Role.VIEWER,
        "schedule_get": Role.VIEWER,
        "schedule_run_list": Role.VIEWER,
        "schedule_preview": Role.VIEWER,
        "schedule_create": Role.OPERATOR,
        "schedule_change": Role.OPERATOR,
        "schedule_delete": Role.OPERATOR,
        "schedule_pause": Role.OPERATOR,
        "schedule_resume": Role.OPERATOR,
        "schedule_run": Role.OPERATOR,
    },
    settings=JobSettings,
    start=start,
    loops=loops,
    drain=drain,
    stop=stop,
)

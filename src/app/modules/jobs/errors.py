"""Problems of the queue."""

from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge


class JobNotFound(NotFound):
    """There is no such job."""

    code = "job_not_found"


class JobFinished(Conflict):
    """The job has ended, and what has ended never changes.

    Nothing is left to do. To do its work anew, repeat what made it: replay the delivery, or open the incident again.
    """

    code = "job_finished"


class JobPayloadInvalid(Invalid):
    """The payload is not what this kind of job takes.

    Its detail names the member. It is the fault of what enqueued it, so tell its author.
    """

    code = "job_payload_invalid"


class JobPayloadTooLarge(TooLarge):
    """The job's payload is too large.

    A payload says what is to be done, to what. Keep the data elsewhere, as a data set, and pass its id.
    """

    code = "job_payload_too_large"


class JobOptionInvalid(Invalid):
    """A job cannot be enqueued like this.

    Its detail names the option and what it may be.
    """

    code = "job_option_invalid"


class JobAfterUnknown(Invalid):
    """The job is to wait for a job that does not exist.

    Enqueue the one it waits for first, and pass the id you got. What was forgotten or deleted is waited for no more.
    """

    code = "job_after_unknown"


class JobKeyReused(Invalid):
    """This idempotency key was used for another job.

    The same key means the same kind, payload and options. Use a new key for a new job.
    """

    code = "job_key_reused"


class UniqueKeyTaken(Conflict):
    """The unique key is held by a job of another kind.

    A queued job is replaced by one of its own kind only. Put the kind's name into the key.
    """

    code = "unique_key_taken"


class QueueDraining(Conflict):
    """The queue is being drained and takes no new jobs.

    Use another queue, or resume this one.
    """

    code = "queue_draining"


class QueueNotFound(NotFound):
    """There is no such queue.

    A queue is there while a kind names it or a job is in it, and once it has an order or a limit: to make one before
    its first job, say how it is worked off (`stormbell queues order QUEUE --no-fifo`).
    """

    code = "queue_not_found"


class JobLimitNotFound(NotFound):
    """There is no such limit."""

    code = "job_limit_not_found"


class BatchNotFound(NotFound):
    """There is no such batch."""

    code = "batch_not_found"


class BatchNameAmbiguous(Conflict):
    """Several batches that have not finished go by this name.

    `detail` lists their ids, newest first; name one of those.
    """

    code = "batch_name_ambiguous"


class BatchSealed(Conflict):
    """The batch is sealed and takes no more jobs.

    Open another batch for them.
    """

    code = "batch_sealed"


class JobKindUnknown(Invalid):
    """There is no such kind of jobs.

    `GET /api/v1/job-kinds` lists the kinds, those that can be submitted among them.
    """

    code = "job_kind_unknown"


class JobKindReserved(Forbidden):
    """Jobs of this kind are made by Stormbell, not submitted by people.

    Do what makes it make one; `GET /api/v1/job-kinds` says which kinds are submittable.
    """

    code = "job_kind_reserved"


class LeaseLost(Conflict):
    """Another attempt owns this job by now; nothing was committed.

    Nothing to do: the attempt that took over goes on.
    """

    code = "lease_lost"


class ScheduleNotFound(NotFound):
    """There is no such schedule.

    `stormbell schedules list` shows those there are.
    """

    code = "schedule_not_found"


class ScheduleInvalid(Invalid):
    """A schedule cannot be like this.

    `errors` names the member. `POST /schedules/preview` shows when one would be due.
    """

    code = "schedule_invalid"


class ScheduleChanged(Conflict):
    """The schedule was changed since you read it, or is not yours to change.

    Read it again and apply your change to what is there now, with its new `version`.
    """

    code = "schedule_changed"


class ScheduleOverlaps(Conflict):
    """A job of the schedule has not ended, and its `overlap` does not let another be made.

    Wait for that job, cancel it, or change the schedule's `overlap`.
    """

    code = "schedule_overlaps"


class ScheduleExists(Conflict):
    """There is a schedule of this name.

    Change that one, or choose another name.
    """

    code = "schedule_exists"


class JobNotFinished(Conflict):
    """The job has not ended.

    Cancel it first, or wait for its end.
    """

    code = "job_not_finished"


class JobFilterEmpty(Invalid):
    """The filter names no jobs.

    Name a kind, a queue, a state or another condition; `{"all": true}` means every job there is.
    """

    code = "job_filter_empty"

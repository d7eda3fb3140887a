"""Problems of the queue."""

from app.kernel.errors import Conflict, Invalid, NotFound


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


class LeaseLost(Conflict):
    """Another attempt owns this job by now; nothing was committed.

    Nothing to do: the attempt that took over goes on.
    """

    code = "lease_lost"

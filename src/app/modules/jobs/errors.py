"""Problems of the queue."""

from app.kernel.errors import Conflict, Invalid, NotFound


class JobNotFound(NotFound):
    """There is no such job."""

    code = "job_not_found"


class JobFinished(Conflict):
    """The job has ended, and what has ended never changes."""

    code = "job_finished"


class JobPayloadInvalid(Invalid):
    """The payload is not what this kind of job takes."""

    code = "job_payload_invalid"


class LeaseLost(Conflict):
    """Another attempt owns this job by now; nothing was committed."""

    code = "lease_lost"

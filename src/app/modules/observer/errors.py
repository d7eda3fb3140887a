"""Problems of this module."""

from app.kernel.errors import Forbidden, NotFound, TooManyRequests


class ObservationNotFound(NotFound):
    """There is no such observation.

    It was ended, or nobody was heard of it for 60 s. Start another.
    """

    code = "observation_not_found"


class ObservationNotYours(Forbidden):
    """Somebody else observes there; an administrator may change or end it.

    Start one of your own.
    """

    code = "observation_not_yours"


class TooManyObservers(TooManyRequests):
    """As many observe as may at once.

    Wait for as many seconds as `Retry-After` says, ask one of them to stop, or raise `observer.maximum`. A single
    `GET /api/v1/observer/snapshot` needs no observation.
    """

    code = "observers_exhausted"

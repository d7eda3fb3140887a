"""Problems of this module."""

from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooManyRequests


class AlarmNotFound(NotFound):
    """There is no such alarm."""

    code = "alarm_not_found"


class AlarmGone(Conflict):
    """This alarm is gone; only an alarm that still stands can be shelved."""

    code = "alarm_gone"


class ShelfTooLong(Invalid):
    """An alarm can be shelved until a time in the next 24 hours."""

    code = "shelf_too_long"


class TooManyReaders(TooManyRequests):
    """This node serves as many event streams as it can."""

    code = "event_streams_exhausted"


class MetricsForbidden(Forbidden):
    """Metrics are for this machine or for who sends an API token."""

    code = "metrics_forbidden"

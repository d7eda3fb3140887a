"""Problems of this module."""

from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Problem, TooManyRequests


class AlarmNotFound(NotFound):
    """There is no such alarm."""

    code = "alarm_not_found"


class AlarmGone(Conflict):
    """This alarm is gone; only an alarm that still stands can be shelved.

    There is nothing left to put aside; acknowledge it.
    """

    code = "alarm_gone"


class ShelfTooLong(Invalid):
    """An alarm can be shelved until a time in the next 24 hours.

    Give a time in the next 24 hours. Shelve it again tomorrow if it still has to wait.
    """

    code = "shelf_too_long"


class TooManyReaders(TooManyRequests):
    """This node serves as many event streams as it can.

    Close some, ask another node, or list `/api/v1/events` without a stream.
    """

    code = "event_streams_exhausted"


class MetricsForbidden(Forbidden):
    """Metrics are for who sends an API token that has `health_get`.

    Send `Authorization: Bearer sb_…`; `stormbell tokens create prometheus --scope health_get` makes a token for this
    alone. With `logging.metrics = "local"` they are also for who asks from the machine itself and not through a proxy.
    """

    code = "metrics_forbidden"


class SinkRefused(Problem):
    """The place where log segments are kept did not take one.

    Nothing is lost: the node keeps its own copy and tries again. `detail` says what the place answered.
    """

    status = 502
    code = "log_sink_refused"

"""What a logging call does on the thread that makes it: the rest is the writer's (app.kernel.logs).

Every job and request pays for this, so it is measured (benchmarks/logging.py). structlog's own way, a logger assembled
for each call and a chain of processors, took twice as long.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, Protocol

import structlog
from structlog._base import BoundLoggerBase
from structlog._config import _CONFIG
from structlog.contextvars import _CONTEXT_VARS, STRUCTLOG_KEY_PREFIX

from app.kernel.log_records import LEVELS, shape

_PREFIX_LENGTH = len(STRUCTLOG_KEY_PREFIX)


class Work(Protocol):
    """Something that is being done, as its log records name it."""

    def log_fields(self) -> Mapping[str, object]:
        """Return what every record of this work says beside its own fields."""


# Set once for each piece of work and read only when something is logged: to bind every identifier beforehand costs more
# than a short job does.
work_at_hand: ContextVar[Work | None] = ContextVar("work_at_hand", default=None)

_least = LEVELS["info"]
_take: Callable[[dict[str, Any]], None] = lambda record: None  # noqa: E731
_variables: tuple[tuple[str, ContextVar[Any]], ...] = ()  # those structlog has made so far, by the name of their field


class Named:
    """What structlog is given as the logger below: it knows its name and takes the finished record."""

    def __init__(self, name: str = "app") -> None:
        self.name = name

    def put(self, record: dict[str, Any]) -> None:
        """Pass the record on."""
        _take(record)

    debug = info = warning = error = critical = put


class Speaker(BoundLoggerBase):
    """What ``structlog.get_logger(__name__)`` becomes at its first call, for as long as the process lives.

    It asks for the level and the writer each time, so it follows every new configuration, structlog's included.
    """

    _logger: Any
    _context: dict[str, Any]

    def debug(self, event: object = "", *args: Any, **said: Any) -> None:
        if _least <= 10:
            self._say("debug", event, args, said)

    def info(self, event: object = "", *args: Any, **said: Any) -> None:
        if _least <= 20:
            self._say("info", event, args, said)

    def warning(self, event: object = "", *args: Any, **said: Any) -> None:
        if _least <= 30:
            self._say("warning", event, args, said)

    def error(self, event: object = "", *args: Any, **said: Any) -> None:
        self._say("error", event, args, said)

    def critical(self, event: object = "", *args: Any, **said: Any) -> None:
        self._say("critical", event, args, said)

    def exception(self, event: object = "", *args: Any, **said: Any) -> None:
        said.setdefault("exc_info", True)
        self._say("error", event, args, said)

    msg, warn, fatal = info, warning, critical

    def _say(self, level: str, event: object, args: tuple[Any, ...], said: dict[str, Any]) -> None:
        message = event if type(event) is str else str(event)
        if args:
            message = message % args
        if self._context:
            said = {**self._context, **said}
        if _CONFIG.default_processors is not _PROCESSORS or _PROCESSORS[0] is not finish:
            self._say_elsewhere(level, message, said)
            return
        add_context(said)
        if "exc_info" in said:
            said = dict(structlog.processors.format_exc_info(None, level, said))
        _take(shape(self._name, level, message, said))

    def _say_elsewhere(self, level: str, message: str, said: dict[str, Any]) -> None:
        """Say it as structlog is configured at present: a test captures what is said, or shows it its own way."""
        if _CONFIG.default_processors is _PROCESSORS:
            self._proxy_to_logger(level, message, **said)
            return
        there = structlog.wrap_logger(
            None,
            wrapper_class=structlog.make_filtering_bound_logger(_least),
            cache_logger_on_first_use=False,
            logger_factory_args=(self._name,),
        )
        getattr(there, level)(message, **said)

    @property
    def _name(self) -> str:
        return getattr(self._logger, "name", None) or "app"  # made while others had structlog in hand


def add_context(said: dict[str, Any]) -> None:
    """Add what structlog's context variables and the work at hand say; what the record says itself stands."""
    global _variables
    if len(_variables) != len(_CONTEXT_VARS):
        _variables = tuple((name[_PREFIX_LENGTH:], variable) for name, variable in list(_CONTEXT_VARS.items()))
    for name, variable in _variables:
        value = variable.get(...)
        if value is not ... and name not in said:
            said[name] = value
    work = work_at_hand.get()
    if work is not None:
        for name, value in work.log_fields().items():
            if name not in said:
                said[name] = value


def merge_work(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Add what the work at hand says of itself; what the record says itself stands. A structlog processor."""
    work = work_at_hand.get()
    if work is not None:
        for name, value in work.log_fields().items():
            event.setdefault(name, value)
    return event


def finish(logger: Any, method: str, event: structlog.typing.EventDict) -> tuple[tuple[dict[str, Any]], dict[str, Any]]:
    """Turn an event into a record. The one structlog processor, for what is not said by a Speaker."""
    said = dict(event)
    add_context(said)
    if "exc_info" in said:
        said = dict(structlog.processors.format_exc_info(logger, method, said))
    return (shape(logger.name, method if method in LEVELS else "info", str(said.pop("event", "")), said),), {}


_PROCESSORS: list[Any] = [finish]


def listen(level: str, take: Callable[[dict[str, Any]], None]) -> None:
    """Give ``take`` every record of at least ``level`` from now on."""
    global _least, _take
    _least, _take = LEVELS[level], take
    structlog.configure(
        processors=_PROCESSORS,
        wrapper_class=Speaker,
        logger_factory=Named,
        cache_logger_on_first_use=True,
    )

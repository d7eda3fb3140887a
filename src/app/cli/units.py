"""Numbers, bytes, durations and times as the operator pages write them. Every time is in UTC."""

import contextlib
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from app.cli.problems import USAGE, CommandFailed

_BYTES = ("B", "kB", "MB", "GB", "TB", "PB", "EB")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}
_PARTS = re.compile(r"(?:[0-9.]+[a-z]+)+")
# As batch systems write it. 01:30 would be minutes to Slurm and hours to people.
_CLOCK = re.compile(r"(?:([0-9]+)-)?([0-9]+):([0-5]?[0-9]):([0-5]?[0-9])", re.ASCII)

_NEXT_TO_NOTHING = 1e-9  # seconds: 0.29 is less than 29 hundredths to a computer

LONGEST_DAYS = 36_500  # a hundred years: what is longer is a slip, and ends beyond what a calendar has


class Figure(str):
    """A number with its unit; tables align it right."""

    __slots__ = ()


def size(value: int | None) -> Figure:
    """38 B, 1.2 kB, 999 MB."""
    if value is None:
        return Figure("")
    rest, unit = float(value), 0
    # 999.5 kB would print as "1000 kB": step up at what rounds to 1000.
    while rest >= 999.5 and unit < len(_BYTES) - 1:
        rest, unit = rest / 1000, unit + 1
    digits = 0 if unit == 0 or rest >= 100 else 1 if rest >= 10 else 2
    text = f"{rest:.{digits}f}"
    return Figure(f"{text.rstrip('0').rstrip('.') if digits else text} {_BYTES[unit]}")


def duration(seconds: float | None) -> Figure:
    """38 ms, 2.1 s, 42 s, 4 min 12 s, 3 h 05 min, 4 d. Rounded down, as ages are: 59.6 s are not yet a minute."""
    if seconds is None:
        return Figure("")
    value = max(0.0, seconds) + _NEXT_TO_NOTHING
    whole = int(value)
    if seconds <= 0:
        text = "0 s"
    elif value < 1:
        text = f"{max(1, int(value * 1000))} ms"
    elif value < 10:
        text = f"{int(value * 10) / 10:.1f}".removesuffix(".0") + " s"
    elif whole < 60:
        text = f"{whole} s"
    elif whole < 3600:
        text = f"{whole // 60} min {whole % 60:02} s"
    elif whole < 48 * 3600:
        text = f"{whole // 3600} h {whole % 3600 // 60:02} min"
    else:
        text = f"{whole // 86400} d"
    return Figure(text)


def roughly(seconds: float) -> str:
    """One unit only, for ages: 42 s, 12 min, 2 h, 4 d."""
    value = int(max(0, seconds))
    for unit, name, below in ((1, "s", 60), (60, "min", 3600), (3600, "h", 48 * 3600)):
        if value < below:
            return f"{value // unit} {name}"
    return f"{value // 86400} d"


def ago(at: datetime, now: datetime) -> str:
    """12 min ago, in 3 h; beyond a day 2 Feb, 13:56."""
    seconds = (now - at).total_seconds()
    if abs(seconds) >= 86400:
        return day(at, now)
    # Servers say their time to the second: what was made just now may seem to come.
    return f"in {roughly(-seconds)}" if seconds <= -1 else f"{roughly(seconds)} ago"


def day(at: datetime, now: datetime) -> str:
    """2 Feb, 13:56, with its year when that is not this one."""
    utc = at.astimezone(UTC)
    year = "" if utc.year == now.astimezone(UTC).year else f" {utc.year}"
    return f"{utc.day} {utc:%b}{year}, {utc:%H:%M}"


def clock(at: datetime) -> str:
    """13:56:02, for lines that follow one another."""
    return f"{at.astimezone(UTC):%H:%M:%S}"


def span(text: str) -> timedelta:
    """Read 45s, 30m, 1h30m, 1d, 01:30:00 or 1-12:00:00, up to a hundred years. Raises CommandFailed for others."""
    seconds = math.nan
    if clock_ := _CLOCK.fullmatch(text):
        days, hours, minutes, rest = (int(part or 0) for part in clock_.groups())
        seconds = days * 86400 + hours * 3600 + minutes * 60 + rest
    elif _PARTS.fullmatch(text):
        with contextlib.suppress(ValueError, KeyError):
            seconds = sum(float(number) * _SECONDS[unit] for number, unit in re.findall(r"([0-9.]+)([a-z]+)", text))
    if not seconds >= 0:
        raise CommandFailed(f"{text!r} is not a span of time; write 45s, 30m, 1h30m, 1d or 01:30:00", USAGE)
    if seconds > LONGEST_DAYS * 86400:
        raise CommandFailed(f"{text!r} is longer than a hundred years; write {LONGEST_DAYS}d or less", USAGE)
    return timedelta(seconds=seconds)


def seconds_of(least: float = 0, most: float = LONGEST_DAYS * 86400) -> Callable[[str | float], float]:
    """Return what reads an option given as a number of seconds or as a span, in seconds.

    It raises CommandFailed for what is neither, and for what does not lie between ``least`` and ``most`` seconds.
    """

    def read(text: str | float) -> float:
        try:
            seconds = float(text)
        except ValueError:
            seconds = span(str(text)).total_seconds()
        if not least <= seconds <= most:
            raise CommandFailed(f"{text} does not lie between {least:g} s and {duration(most)}", USAGE)
        return seconds

    return read


def moment(text: str, *, ahead: bool = False) -> datetime:
    """Read a time: 2026-02-06T13:56Z, or a span such as 2h, before now or ahead of it. Raises CommandFailed."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        if _PARTS.fullmatch(text) is None:
            so = "from now" if ahead else "ago"
            why = f"is neither a time nor a span of time; write 2026-02-06T13:56Z, or 2h for two hours {so}"
            raise CommandFailed(f"{text!r} {why}", USAGE) from None
        return datetime.now(UTC) + (span(text) if ahead else -span(text))
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def in_days(count: int) -> datetime:
    """Return the time so many days from now; ``count`` is at most ``LONGEST_DAYS``."""
    return datetime.now(UTC) + timedelta(days=count)

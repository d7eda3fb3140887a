"""Numbers, bytes, durations and times as the operator pages write them. Every time is in UTC."""

from datetime import UTC, datetime, timedelta

from app.cli.problems import USAGE, CommandFailed

_BYTES = ("B", "kB", "MB", "GB", "TB", "PB", "EB")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


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
    """38 ms, 2.1 s, 42 s, 4 min 12 s, 3 h 05 min, 4 d."""
    if seconds is None:
        return Figure("")
    value = max(0.0, seconds)
    whole = round(value)
    if value == 0:
        text = "0 s"
    elif value < 0.9995:
        text = f"{max(1, round(value * 1000))} ms"
    elif value < 9.95:
        text = f"{value:.1f}".removesuffix(".0") + " s"
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
    return f"in {roughly(-seconds)}" if seconds < -0.5 else f"{roughly(seconds)} ago"


def day(at: datetime, now: datetime) -> str:
    """2 Feb, 13:56, with its year when that is not this one."""
    utc = at.astimezone(UTC)
    year = "" if utc.year == now.astimezone(UTC).year else f" {utc.year}"
    return f"{utc.day} {utc:%b}{year}, {utc:%H:%M}"


def clock(at: datetime) -> str:
    """13:56:02, for lines that follow one another."""
    return f"{at.astimezone(UTC):%H:%M:%S}"


def span(text: str) -> timedelta:
    """Read 45s, 30m, 2h or 1d. Raises CommandFailed for anything else."""
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    try:
        return timedelta(seconds=float(number) * _SECONDS[text[len(number) :]])
    except (ValueError, KeyError, OverflowError):
        raise CommandFailed(f"{text!r} is not a span of time; write 45s, 30m, 2h or 1d", USAGE) from None


def moment(text: str) -> datetime:
    """Read a time: 2026-02-06T13:56Z, or a span before now such as 2h. Raises CommandFailed."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return datetime.now(UTC) - span(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)

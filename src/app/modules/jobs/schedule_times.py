"""The times a cron line or an interval names: in a time zone, through its gaps and folds, the same on every node.

A cron line that names minutes and hours runs once on each day it names: in a gap of the clock at the first moment after
it, in a fold the first time. One with ``*`` there runs as real time goes on (as Debian's cron does). Intervals count
from 1970-01-01 00:00 UTC, so their times do not depend on when anybody began.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from app.kernel.errors import ProblemItem
from app.modules.jobs.errors import ScheduleInvalid

LEAST_SECONDS = 1.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_CRON_CHARACTERS = 200
_NAMED = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
# What a field of five is called in cronsim's messages, and what it takes.
_FIELDS = {
    "minute": (0, "0 to 59"),
    "hour": (1, "0 to 23"),
    "day-of-month": (2, "1 to 31, L or LW"),
    "month": (3, "1 to 12 or JAN to DEC"),
    "day-of-week": (4, "0 to 7 or SUN to SAT"),
}


@dataclass(frozen=True, slots=True)
class Times:
    """When a schedule is due. Made by :func:`times`, which checks."""

    cron: str | None
    interval_seconds: float | None
    zone: ZoneInfo

    def after(self, moment: datetime) -> datetime:
        """Return the first time after ``moment``, in UTC."""
        if self.interval_seconds is not None:
            every = round(self.interval_seconds * 1_000_000)
            return _EPOCH + ((moment - _EPOCH) // _MICROSECOND // every + 1) * every * _MICROSECOND
        assert self.cron is not None
        if any(field.startswith("*") for field in self.cron.split()[:2]):
            return self._in_real_time(self.cron, moment)
        # A fold's second hour has clock times whose first hour is over: those are skipped here.
        for found in CronSim(self.cron, moment.astimezone(self.zone)):
            if (at := found.astimezone(UTC)) > moment:
                return at
        raise StopIteration  # pragma: no cover - times() has seen that there is one within 50 years

    def _in_real_time(self, cron: str, moment: datetime) -> datetime:
        """Return the first moment whose clock time fits; where the clock changes, the search begins anew."""
        offset = self._offset(moment)
        while True:
            found = next(CronSim(cron, moment.astimezone(timezone(offset)))).astimezone(UTC)
            change = self._change(moment, found, offset)
            if change is None:
                return found
            # A clock changes on a full minute, and CronSim names times after the minute it is given.
            moment, offset = change - _MICROSECOND, self._offset(change)

    def _offset(self, moment: datetime) -> timedelta:
        return moment.astimezone(self.zone).utcoffset() or timedelta()

    def _change(self, early: datetime, late: datetime, offset: timedelta) -> datetime | None:
        """Return the first full second in (early, late] at which the clock shows another offset."""
        while early < late:
            until = min(early + _DAY, late)
            if self._offset(until) != offset:
                low, high = int(early.timestamp()), int(until.timestamp())
                while high - low > 1:
                    middle = (low + high) // 2
                    same = self._offset(datetime.fromtimestamp(middle, UTC)) == offset
                    low, high = (middle, high) if same else (low, middle)
                return datetime.fromtimestamp(high, UTC)
            early = until
        return None

    def following(self, moment: datetime) -> Iterator[datetime]:
        """Yield the times after ``moment``, in UTC, without end."""
        while True:
            moment = self.after(moment)
            yield moment

    def back(self, moment: datetime, count: int, since: datetime) -> datetime:
        """Return ``since``, or when there are more than about ``count`` times between, a moment that many before."""
        if self.interval_seconds is not None:
            return max(since, moment - timedelta(seconds=count * self.interval_seconds))
        assert self.cron is not None
        found = moment
        for at in islice(CronSim(self.cron, moment.astimezone(self.zone), reverse=True), count):
            found = at.astimezone(UTC)
            if found <= since:
                return since
        return max(since, found - timedelta(seconds=1))

    def preview(self, moment: datetime, count: int = 10) -> list[datetime]:
        """Return the next ``count`` times after ``moment``."""
        return list(islice(self.following(moment), count))


@lru_cache(maxsize=1000)
def times(cron: str | None, interval_seconds: float | None, time_zone: str) -> Times:
    """Return the times of a schedule. Raises ScheduleInvalid (422) that names the member and what it takes."""
    if (cron is None) == (interval_seconds is None):
        raise _wrong("cron", "give a cron line or interval_seconds, one of the two")
    zone = _zone(time_zone)
    if cron is None:
        assert interval_seconds is not None
        if not LEAST_SECONDS <= interval_seconds <= 366 * 86400:
            raise _wrong("interval_seconds", f"lies between {LEAST_SECONDS:g} s and 366 days")
        return Times(None, interval_seconds, zone)
    checked = Times(_cron(cron), None, zone)
    try:
        checked.after(datetime(2024, 1, 1, tzinfo=UTC))
    except (StopIteration, RuntimeError, OverflowError) as error:
        raise _wrong("cron", f"{cron!r} names no day within 50 years") from error
    return checked


def jitter(schedule_id: str, target_at: datetime, jitter_seconds: float) -> float:
    """Return by how many seconds the job of this target starts later: the same on every node, at random between them.

    The hash of both decides, so who computes it does not matter.
    """
    if not jitter_seconds:
        return 0.0
    digest = hashlib.blake2b(f"{schedule_id}@{target_at.astimezone(UTC).isoformat()}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64 * jitter_seconds


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise _wrong("time_zone", f"{name[:60]!r} is no time zone; they are called like Europe/Paris or UTC") from error


def _cron(line: str) -> str:
    line = line.strip()
    if line.startswith("@"):
        if line.lower() not in _NAMED:
            raise _wrong("cron", f"{line[:40]!r} is unknown; there are {', '.join(_NAMED)}")
        return _NAMED[line.lower()]
    fields = line.split()
    if len(fields) != 5 or len(line) > _CRON_CHARACTERS:
        raise _wrong("cron", f"takes five fields (minute hour day month weekday), not {len(fields)}: {line[:60]!r}")
    try:
        CronSim(line, _EPOCH)
    except CronSimError as error:
        name = str(error).removeprefix("Bad ")
        if name == "day-of-month" and _is_day(fields[2]):  # cronsim looks at it together with the month
            raise _wrong("cron", f"no month that {line!r} names has a day {fields[2]}") from error
        if name in _FIELDS:
            place, takes = _FIELDS[name]
            raise _wrong("cron", f"field {place + 1} ({name}) is {fields[place]!r}; it takes {takes}") from error
        raise _wrong("cron", str(error)) from error
    return " ".join(fields)


def _is_day(field: str) -> bool:
    return field.isdecimal() and 1 <= int(field) <= 31


def _wrong(member: str, message: str) -> ScheduleInvalid:
    return ScheduleInvalid(f"{member}: {message}", errors=[ProblemItem(pointer=f"/body/{member}", message=message)])

"""What somebody looks for in the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import orjson

from app.kernel.log_records import LEVELS, inert
from app.modules.logging.index import Index, block_text

ID_FIELDS = ("request_id", "job_id", "incident_id", "simulation_id")


@dataclass(frozen=True, kw_only=True)
class LogQuery:
    """What to look for.

    ``level`` is the least severity, ``text`` a substring of message or data, ``objects`` are identifiers that stand
    anywhere in the record; ``owned`` wants only records about an incident, a simulation or a job.
    """

    level: str | None = None
    module: str | None = None
    job_id: str | None = None
    incident_id: str | None = None
    simulation_id: str | None = None
    request_id: str | None = None
    objects: tuple[str, ...] = ()
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    owned: bool = False

    @cached_property
    def first(self) -> str:
        """Return the oldest wanted time as records write it; empty for any."""
        return written(self.since) if self.since else ""

    @cached_property
    def last(self) -> str:
        """Return the newest wanted time as records write it; beyond all times for any."""
        return written(self.until) if self.until else "~"

    @cached_property
    def needles(self) -> tuple[bytes, ...]:
        """Return bytes every matching line contains, so most lines are never parsed."""
        found = [(name, getattr(self, name)) for name in ("module", *ID_FIELDS)]
        exact = [b'"%b":%b' % (name.encode(), orjson.dumps(value)) for name, value in found if value is not None]
        return (*exact, *[orjson.dumps(name)[1:-1] for name in self.objects])

    @cached_property
    def comparable(self) -> bytes:
        """Return the text as lines have it, in no case; empty for any."""
        return block_text(inert(orjson.dumps(self.text)[1:-1])) if self.text else b""

    @cached_property
    def _levels(self) -> frozenset[str] | None:
        if self.level is None:
            return None
        return frozenset(name for name, number in LEVELS.items() if number >= LEVELS[self.level])

    @cached_property
    def _ids(self) -> Sequence[str]:
        return [value for name in ID_FIELDS if (value := getattr(self, name)) is not None]

    def blocks_of(self, index: Index) -> int:
        """Return the mask of the blocks of ``index`` that can hold what is wanted."""
        return index.candidates(
            since=_microseconds(self.since),
            until=_microseconds(self.until),
            levels=self._levels,
            module=self.module,
            ids=self._ids,
            mentioned=self.objects,
            text=self.comparable,
        )

    def may_be_in(self, lines: bytes) -> bool:
        """Say whether any of ``lines`` can match; quick."""
        if any(needle not in lines for needle in self.needles):
            return False
        return not self.comparable or self.comparable in block_text(lines)

    def matches(self, record: dict[str, Any]) -> bool:
        """Say whether a parsed record, whose line :meth:`may_be_in` let pass, is wanted."""
        if not self.first <= str(record.get("at")) <= self.last:
            return False
        if self._levels is not None and record.get("level") not in self._levels:
            return False
        for name in ("module", *ID_FIELDS):
            wanted = getattr(self, name)
            if wanted is not None and record.get(name) != wanted:
                return False
        if self.owned and not any(record.get(name) for name in ("incident_id", "simulation_id", "job_id")):
            return False
        if not self.comparable:
            return True
        words = orjson.dumps(record.get("message")) + b"\n" + orjson.dumps(record.get("data"))
        return self.comparable in block_text(inert(words))


def aware(moment: datetime) -> datetime:
    """Return a time in UTC, which it is meant in when it names no offset."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def written(moment: datetime) -> str:
    """Return a time as records write it; one without an offset is UTC."""
    return aware(moment).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _microseconds(moment: datetime | None) -> int | None:
    if moment is None:
        return None
    whole = aware(moment).replace(microsecond=0)
    return max(0, int(whole.timestamp()) * 1_000_000 + moment.microsecond)

"""Which log records a caller may see.

Who sees all objects sees all records. Others see a record by the most telling object it is about: its incident, else
its simulation, else its job; records about none of these are the operators'.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.db import Database
from app.kernel.principal import Principal
from app.kernel.scoping import BelongsTo, Owned
from app.kernel.tables import Base
from app.modules.logging.schemas import LogRecordView

REMEMBERED_SECONDS = 5.0
REMEMBERED_COUNT = 10_000

# The tables such objects are in: the floors above hang their rules on them (app.kernel.scoping), nothing else is read.
TABLES = {"incident_id": ("incidents",), "simulation_id": ("simulations",), "job_id": ("jobs", "finished_jobs")}


class LogSight:
    """What one caller may see, remembered for a moment."""

    def __init__(self, database: Database, principal: Principal) -> None:
        self._database = database
        self._known: dict[tuple[str, str], tuple[float, bool]] = {}
        self._principal = principal

    def look_as(self, principal: Principal) -> None:
        """See what ``principal`` sees from now on."""
        if principal != self._principal:
            self._known = {}
        self._principal = principal

    def forget(self) -> None:
        """Ask anew: something was shared, or taken back."""
        self._known = {}

    @property
    def sees_all(self) -> bool:
        """Say whether nothing is hidden from the caller."""
        return self._principal.sees_all

    async def visible(self, records: Sequence[LogRecordView]) -> list[LogRecordView]:
        """Return those of ``records`` that may be seen, in their order."""
        if self._principal.sees_all or not records:
            return list(records)
        subjects = [_subject_of(record) for record in records]
        known = await self._learn({subject for subject in subjects if subject is not None})
        return [
            record
            for record, subject in zip(records, subjects, strict=True)
            if subject is not None and known[subject][1]
        ]

    async def _learn(self, subjects: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[float, bool]]:
        now = time.monotonic()
        asked: dict[str, set[str]] = defaultdict(set)
        for field, name in subjects:
            at, _ = self._known.get((field, name), (-REMEMBERED_SECONDS, False))
            if now - at >= REMEMBERED_SECONDS:
                asked[field].add(name)
        if not asked:
            return self._known
        if len(self._known) > REMEMBERED_COUNT:
            old = {key: seen for key, seen in self._known.items() if now - seen[0] < REMEMBERED_SECONDS}
            self._known = old
        known = self._known  # what is forgotten meanwhile stays so
        async with self._database.transaction(self._principal) as session:
            for field, names in asked.items():
                seen = await _seen(session, TABLES[field], names)
                for name in names:
                    known[field, name] = (now, name in seen)
        return known


async def _seen(session: AsyncSession, tables: Sequence[str], names: set[str]) -> set[str]:
    found: set[str] = set()
    for mapper in Base.registry.mappers:
        # A table without a rule who sees its rows hides them.
        if getattr(mapper.local_table, "name", None) in tables and issubclass(mapper.class_, (Owned, BelongsTo)):
            key = mapper.attrs["id"].class_attribute
            found.update((await session.scalars(select(key).where(key.in_(sorted(names))))).all())
    return found


def _subject_of(record: LogRecordView) -> tuple[str, str] | None:
    for field in TABLES:
        name: str | None = getattr(record, field)
        if name is not None:
            return field, name
    return None

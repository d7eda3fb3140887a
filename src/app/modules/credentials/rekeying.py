"""Rotating the vault's key: a new one is added, then a job seals everything with it, batch after batch.

A batch that is committed is done, so a job that was killed goes on where it was. The old key stays as long as anything
is sealed with it, and a month longer.
"""

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import clear_alarm, raise_alarm
from app.kernel.bus import publish
from app.kernel.failpoints import reach
from app.kernel.node import Node
from app.kernel.principal import Principal
from app.kernel.vault import SealBroken, SealedColumn, VaultKey, key_text, sealed_columns
from app.modules import jobs
from app.modules.credentials.errors import RotationUnderWay
from app.modules.credentials.events import VaultKeysRotated
from app.modules.credentials.schemas import RotationStarted, VaultKeyList, VaultKeyView
from app.modules.credentials.settings import CredentialsSettings

ROTATE_JOB = "vault.rotate"
BATCH = 200
_BROKEN_ALARM = "vault.broken"


class Rotate(BaseModel):
    """Which key is to seal everything."""

    key_id: str


class Rotated(BaseModel):
    """What was sealed anew; ``broken_count`` values could not be opened and stay as they are."""

    resealed_count: int
    broken_count: int


@dataclass
class _Tally:
    resealed: int = 0
    broken: int = 0


async def rotate_keys(node: Node, session: AsyncSession, actor: Principal) -> RotationStarted:
    """Add a key and queue the job that seals everything with it.

    Raises RotationUnderWay (409) while a key has not taken over yet, VaultLocked (503).
    """
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("stormbell.vault.rotate"))))
    coming = await session.scalar(select(VaultKey).where(VaultKey.seals_from > func.clock_timestamp()).limit(1))
    if coming is not None:
        raise RotationUnderWay(f"{coming.id} takes over at {coming.seals_from:%H:%M:%S} UTC")
    lead = node.settings.of(CredentialsSettings).rotation_lead_seconds
    key = await node.vault.add_key(session, lead_seconds=lead)
    job_id = await jobs.enqueue(
        session,
        ROTATE_JOB,
        Rotate(key_id=key.id),
        delay_seconds=lead,
        unique_key=ROTATE_JOB,
        on_conflict="wait",
        origin=actor.user_id,
    )
    return RotationStarted(job_id=job_id, key_id=key.id)


async def list_keys(node: Node, session: AsyncSession) -> VaultKeyList:
    """Return the ring with how much is sealed with each key."""
    counts: dict[str, int] = {}
    for column in sealed_columns():
        of_key = key_text(column.table.c[column.name])
        counted = select(of_key, func.count()).where(column.table.c[column.name].is_not(None)).group_by(of_key)
        for key_id, count in await session.execute(counted):
            counts[key_id] = counts.get(key_id, 0) + count
    now: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    rows = (await session.scalars(select(VaultKey).order_by(VaultKey.seals_from.desc(), VaultKey.id.desc()))).all()
    items: list[VaultKeyView] = []
    sealing = True
    for row in rows:
        coming = row.seals_from > now
        count = counts.get(row.id, 0)
        items.append(
            VaultKeyView(
                id=row.id,
                state="coming" if coming else "sealing" if sealing else "replaced" if count else "retired",
                sealed_count=count,
                file_key=row.file_key,
                created_at=row.created_at,
            )
        )
        sealing = sealing and coming
    return VaultKeyList(items=items, key_file=node.vault.file.name)


@jobs.kind(ROTATE_JOB, max_attempts=20, timeout_seconds=6 * 3600, concurrency=1)
async def rotate(attempt: jobs.Attempt, payload: Rotate) -> Rotated:
    """Seal with the ring's newest key everything that is sealed with another."""
    node = attempt.node
    await node.vault.reload()
    async with node.database.transaction() as session:
        wait = await session.scalar(
            select(func.extract("epoch", VaultKey.seals_from - func.clock_timestamp())).where(
                VaultKey.id == payload.key_id
            )
        )
        if wait is not None and wait > 0:
            raise jobs.Snooze(float(wait) + 0.1)
        total = sum([await _left(session, column, node.vault.current) for column in sealed_columns()])
    tally = _Tally()
    for column in sealed_columns():
        after = ""
        while (last := await _batch(node, column, after, tally)) is not None:
            after = last
            done = tally.resealed + tally.broken
            attempt.progress(
                done / max(total, done), f"{done} of {total}", resealed=tally.resealed, broken=tally.broken
            )
            reach("vault.batch")
    result = Rotated(resealed_count=tally.resealed, broken_count=tally.broken)
    async with attempt.transaction(result) as session:
        await node.vault.rewrap(session)
        await _retire(session, node.vault.current)
        await _tell(session, result)
    return result


async def _batch(node: Node, column: SealedColumn, after: str, tally: _Tally) -> str | None:
    """Seal the next values anew; return the last row's id, ``None`` when there was none."""
    table, key, field = column.table, column.table.c[column.row_id], column.table.c[column.name]
    current = node.vault.current
    async with node.database.transaction() as session:
        found = await session.execute(
            select(key, field)
            .where(key > after, field.is_not(None), key_text(field) != current)
            .order_by(key)
            .limit(BATCH)
            .with_for_update()
        )
        rows = found.all()
        for row_id, sealed in rows:
            try:
                plain = node.vault.open(sealed, table=table.name, row_id=row_id, field=column.name)
            except SealBroken:
                tally.broken += 1
                continue
            again = node.vault.seal(plain, table=table.name, row_id=row_id, field=column.name)
            await session.execute(update(table).where(key == row_id).values({field: again}))
            tally.resealed += 1
    return rows[-1][0] if rows else None


async def _left(session: AsyncSession, column: SealedColumn, current: str) -> int:
    field = column.table.c[column.name]
    counted = select(func.count()).select_from(column.table).where(field.is_not(None), key_text(field) != current)
    return await session.scalar(counted) or 0


async def _retire(session: AsyncSession, current: str) -> None:
    for row in (await session.scalars(select(VaultKey).where(VaultKey.retired_at.is_(None)))).all():
        used = [
            await session.scalar(select(column.table.c[column.row_id]).where(key_text(field) == row.id).limit(1))
            for column in sealed_columns()
            for field in [column.table.c[column.name]]
        ]
        if row.id < current and not any(used):
            row.retired_at = func.now()


async def _tell(session: AsyncSession, result: Rotated) -> None:
    publish(session, VaultKeysRotated(subject_id=ROTATE_JOB, resealed_count=result.resealed_count))
    if not result.broken_count:
        await clear_alarm(session, _BROKEN_ALARM)
        return
    await raise_alarm(
        session,
        _BROKEN_ALARM,
        priority="high",
        title=f"{result.broken_count} sealed values cannot be opened",
        consequence="What logs in with them stands still, and the key they were sealed with is kept.",
        action="Replace the credentials whose test fails; look who could write to the database.",
    )

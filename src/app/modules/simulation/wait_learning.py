"""Learning how long jobs wait: each machine's queue is looked at once in a while, and followed from look to look.

Where the batch system tells of everybody's jobs they are learned from, else our own runs there.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.errors import Problem
from app.kernel.loops import Loop
from app.kernel.node import Node
from app.modules import machines
from app.modules.machines import Machine
from app.modules.simulation.breakers import breaker_of
from app.modules.simulation.models import Simulation
from app.modules.simulation.queue_following import Followed, follow
from app.modules.simulation.queue_state import QueuedJob
from app.modules.simulation.settings import SimulationSettings
from app.modules.simulation.wait_model import WaitModel
from app.modules.simulation.wait_rows import QueueLook, WaitModelRow, document_of, followed_of, model_of, values_of

log = structlog.get_logger(__name__)

FIRST_LOOK = timedelta(days=3)
# Batch systems tell whole seconds, and accounting comes late: what has just happened is read the next time.
_UNSETTLED_SECONDS = 2.0
_OWN_RUNS = 5000


def learning_loop(node: Node) -> Loop:
    """Return the loop that learns."""
    every = node.settings.of(SimulationSettings).queue_seconds
    return Loop(
        "waits", partial(learn_all, node), every_seconds=every, overdue_seconds=300, role="worker", leisurely=True
    )


async def learn_all(node: Node) -> None:
    """Look at the queue of every machine whose turn it is; one that does not answer is left for the next time."""
    async with node.database.sessions() as session:
        known = [m for m in await machines.list_all(session) if _is_followed(node, m)]
    for machine in known:
        if breaker_of(node, machine).wait_seconds:
            continue
        try:
            await learn(node, machine)
        except (OSError, TimeoutError, Problem, ValueError) as error:
            log.warning("queue not looked at", machine=machine.name, error=str(error) or "it took too long")


def _is_followed(node: Node, machine: Machine) -> bool:
    usable = machine.enabled and not machine.test_mode and machine.state == "answers"
    return bool(usable and machine.driver and machines.is_reachable(node, machine))


async def learn(node: Node, machine: Machine) -> bool:
    """Look at a machine's queue and learn from what happened since the last look; say whether it was its turn.

    Raises OSError, TimeoutError, Problem; ValueError for an answer that cannot be read.
    """
    settings = node.settings.of(SimulationSettings)
    async with node.database.transaction() as session:
        if not await _claim(session, machine, settings.queue_seconds / 2):
            return False
        followed, models = await load(session, machine.id)
    since = datetime.now(UTC) - FIRST_LOOK
    if followed is not None and followed.seen_until > since.timestamp():
        since = datetime.fromtimestamp(followed.seen_until, UTC)
    else:
        followed = None  # too long ago to go on from: what was learned stays
    batch = await machines.batch_of(node, machine)
    default = default_partition(machine)
    if isinstance(batch, machines.KeepsJobs):
        async with asyncio.timeout(settings.ask_seconds):
            past = await batch.past(since)
        source, asked_at = "jobs", past.asked_at
        jobs = [
            QueuedJob(
                job.native_id, job.cores, job.walltime_seconds, job.submitted_at.timestamp(), _seconds(job.started_at),
                _seconds(job.ended_at), job.partition,
            )
            for job in past.jobs
        ]  # fmt: skip
    else:
        async with node.database.sessions() as session:
            source, (asked_at, jobs) = "runs", await _own_runs(session, machine.id, since, default)
        if followed is None and not jobs:
            return True
    until = asked_at.timestamp() - _UNSETTLED_SECONDS
    learned = {name: model.learned for name, model in models.items()}
    # A first look at a long history is some seconds of work.
    followed = await asyncio.to_thread(partial(follow, followed, jobs, models, cores=machine.cores, until=until))
    async with node.database.transaction() as session:
        fresh = {name: model for name, model in models.items() if model.learned != learned.get(name)}
        await _keep(session, machine.id, source, followed, fresh)
    return True


async def load(session: AsyncSession, machine_id: str) -> tuple[Followed | None, dict[str, WaitModel]]:
    """Return what is kept of a machine's queue, and the models by partition."""
    look = await session.get(QueueLook, machine_id, populate_existing=True)
    rows = await session.scalars(select(WaitModelRow).where(WaitModelRow.machine_id == machine_id))
    followed = followed_of(look.followed) if look is not None and look.followed is not None else None
    return followed, {row.partition: model_of(row) for row in rows}


def default_partition(machine: Machine) -> str:
    """Return where runs go that name no partition; an empty name when that is not known."""
    if named := (machine.settings or {}).get("partition"):
        return str(named)
    known = (machine.report or {}).get("partitions") or []
    return next((str(one["name"]) for one in known if one.get("is_default")), "")


async def _claim(session: AsyncSession, machine: Machine, seconds: float) -> bool:
    """Take this look upon us, unless another node has just done so."""
    due = QueueLook.begun_at < func.now() - timedelta(seconds=seconds)
    taken = insert(QueueLook).values(machine_id=machine.id)
    taken = taken.on_conflict_do_update(index_elements=["machine_id"], set_={"begun_at": func.now()}, where=due)
    return await session.scalar(taken.returning(QueueLook.machine_id)) is not None


async def _own_runs(
    session: AsyncSession, machine_id: str, since: datetime, default: str
) -> tuple[datetime, list[QueuedJob]]:
    asked_at: datetime = (await session.execute(select(func.now()))).scalar_one()
    found = (await session.execute(own_runs(machine_id, since))).all()
    return asked_at, [
        QueuedJob(
            id=f"{simulation_id}.{attempt}",
            cores=int(wants["cores"]),
            asked=float(wants["walltime_seconds"]),
            submitted=min(queued_at, started_at or queued_at).timestamp(),
            started=_seconds(started_at),
            ended=_seconds(finished_at),
            partition=wants.get("partition") or default,
        )
        for simulation_id, attempt, wants, queued_at, started_at, finished_at in found
    ]


def own_runs(machine_id: str, since: datetime) -> Select[Any]:
    """Return the query for our runs on a machine that waited or ran at some time since then, the newest first."""
    return (
        select(
            Simulation.id,
            Simulation.attempt,
            Simulation.spec["resources"],
            Simulation.queued_at,
            Simulation.started_at,
            Simulation.finished_at,
        )
        .where(
            Simulation.machine_id == machine_id,
            Simulation.queued_at.is_not(None),
            or_(Simulation.finished_at.is_(None), Simulation.finished_at > since),
        )
        .order_by(Simulation.queued_at.desc())
        .limit(_OWN_RUNS)
    )


async def _keep(
    session: AsyncSession, machine_id: str, source: str, followed: Followed, models: dict[str, WaitModel]
) -> None:
    seen = {"source": source, "looked_at": func.now(), "followed": document_of(followed)}
    await session.execute(update(QueueLook).where(QueueLook.machine_id == machine_id).values(seen))
    for name, model in models.items():
        values = values_of(model)
        row = insert(WaitModelRow).values(machine_id=machine_id, partition=name, **values)
        await session.execute(
            row.on_conflict_do_update(
                index_elements=["machine_id", "partition"], set_={**values, "learned_at": func.now()}
            )
        )


def _seconds(at: datetime | None) -> float | None:
    return None if at is None else at.timestamp()

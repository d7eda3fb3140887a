"""What was learned of the waits on machines: for placement, and for people who ask how far it can be trusted."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules import machines
from app.modules.machines import Machine
from app.modules.simulation.queue_following import Followed
from app.modules.simulation.queue_state import QueueState
from app.modules.simulation.queue_wait import Quantiles, Wanted
from app.modules.simulation.wait_learning import default_partition, load
from app.modules.simulation.wait_model import LEAST_LEARNED, WaitModel
from app.modules.simulation.wait_rows import QueueLook, WaitModelRow

# A queue that was last seen longer ago says nothing about the one there is.
FRESH = timedelta(minutes=15)
_MOST_HELD = 200


@dataclass
class LearnedWaits:
    """The models of one machine, and its queue as it stands for whoever asks in this moment."""

    followed: Followed
    models: dict[str, WaitModel]
    state: QueueState

    def predict(self, machine: Machine, wanted: Wanted, promised: int) -> Quantiles | None:
        """Return how long a job asked for now would wait; ``None`` where too little was learned."""
        partition = wanted.partition or default_partition(machine)
        model = self.models.get(partition)
        if model is None:
            return None
        lately = self.followed.lately_in(partition)
        found = self.state.features(wanted.cores, wanted.walltime_seconds, partition, lately, promised=promised)
        told = model.predict(found)
        return Quantiles(*told, model.learned, "learned") if told is not None else None


_held: dict[str, tuple[datetime, Followed, dict[str, WaitModel]]] = {}


async def learned_waits(session: AsyncSession, machine: Machine) -> LearnedWaits | None:
    """Return what was learned of a machine; ``None`` when nothing was, or its queue has not been seen of late."""
    query = select(QueueLook.looked_at, QueueLook.source).where(QueueLook.machine_id == machine.id)
    look = (await session.execute(query)).one_or_none()
    if look is None or look.looked_at is None or datetime.now(UTC) - look.looked_at > FRESH:
        return None
    held = _held.get(machine.id)
    if held is None or held[0] != look.looked_at:
        followed, models = await load(session, machine.id)
        if followed is None:
            return None
        if len(_held) >= _MOST_HELD:
            _held.clear()
        held = _held[machine.id] = look.looked_at, followed, models
    _, followed, models = held
    # What others use is known at each probe, but not of machines that tell of our own runs only.
    free = machine.cores - machine.cores_used if look.source == "jobs" else None
    return LearnedWaits(
        followed, models, QueueState(time.time(), machine.cores, followed.jobs, followed.share, free=free)
    )


class WaitErrors(BaseModel):
    """How far off predictions were, of the last 500 or so: each was made when its job was submitted."""

    count: int = Field(description="Predictions that came true or not, in all")
    within_minute: float = Field(description="Share of waits that were within a minute of the predicted median")
    within_ten_minutes: float
    pinball_p10: float = Field(description="Mean pinball loss in seconds")
    pinball_p50: float
    pinball_p90: float
    below_p10: float = Field(
        description="Share of waits up to the predicted p10; a perfect model has 0.1, or more at 0 s"
    )
    below_p50: float
    below_p90: float = Field(description="Share of waits up to the predicted p90; 0.9 for a perfect model")


class WaitModelView(BaseModel):
    """What was learned of the waits in one partition of a machine."""

    partition: str | None = Field(description="None where the machine has no partitions")
    source: Literal["jobs", "runs"] = Field(description="Learned from everybody's jobs, or from our own runs only")
    learned_count: int
    used: bool = Field(description=f"Placement goes by it, from {LEAST_LEARNED} waits on; before, by similar runs")
    learned_at: datetime
    looked_at: datetime | None = Field(description="When the queue was last seen")
    errors: WaitErrors | None = Field(description="None while nothing that was predicted has begun")


async def list_wait_models(session: AsyncSession, machine_id: str) -> list[WaitModelView]:
    """Return what was learned of a machine's waits, by partition. Raises MachineNotFound (404)."""
    await machines.get(session, machine_id)
    query = (
        select(
            WaitModelRow.partition,
            WaitModelRow.learned_count,
            WaitModelRow.learned_at,
            WaitModelRow.errors,
            QueueLook.source,
            QueueLook.looked_at,
        )
        .join(QueueLook, QueueLook.machine_id == WaitModelRow.machine_id)
        .where(WaitModelRow.machine_id == machine_id)
        .order_by(WaitModelRow.partition)
    )
    return [
        WaitModelView(
            partition=row.partition or None,
            source=row.source,
            learned_count=row.learned_count,
            used=row.learned_count >= LEAST_LEARNED,
            learned_at=row.learned_at,
            looked_at=row.looked_at,
            errors=WaitErrors.model_validate(row.errors) if row.errors else None,
        )
        for row in await session.execute(query)
    ]

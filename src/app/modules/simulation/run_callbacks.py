"""Runs that tell when they begin and end. What they say is a hint: it has their machine asked, and decides nothing.

A run's key is made in the commit that gives it its marker, so that however often it is submitted it has the same one.
"""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Literal

import structlog
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint
from app.kernel.errors import Problem
from app.kernel.failpoints import reach
from app.kernel.node import Node
from app.modules import machines
from app.modules.machines import BatchRun, Machine
from app.modules.simulation.arrays import array_of, units
from app.modules.simulation.callback_models import RunCallbackKey
from app.modules.simulation.errors import RunCallbackRefused
from app.modules.simulation.models import TERMINAL, Simulation
from app.modules.simulation.settings import SimulationSettings

log = structlog.get_logger(__name__)

_NOBODYS_KEY = machines.new_callback_key()


class RunCallback(BaseModel):
    """What a run says of itself. The signature is HMAC-SHA256, in hex, of `run callback 1 <marker> <state> <at>`."""

    model_config = ConfigDict(extra="forbid")

    marker: Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    state: Literal["running", "ended"]
    at: Annotated[str, Field(pattern=r"^\d{1,11}\.\d{1,9}$", description="Seconds since 1970 by the run's clock")]
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def topic_of(machine_id: str) -> str:
    """Return the topic that is hinted when a run of this machine called back."""
    return f"called:{machine_id}"


async def make_keys(session: AsyncSession, node: Node, placed: Sequence[Simulation], known: Iterable[Machine]) -> None:
    """Give runs that were just given a marker their keys, on machines whose runs call back."""
    used = {row.machine_id for row in placed}
    calling = {one.id for one in known if one.id in used and machines.callback_url_of(node, one) is not None}
    mine = [row for row in placed if row.machine_id in calling]
    if mine and (why := node.vault.why_locked) is not None:
        log.warning("runs cannot call back", why=why)
        return
    for marker, rows in units(mine):
        sealed = node.vault.seal(machines.new_callback_key(), **_place(marker))
        values = {"machine_id": str(rows[0].machine_id), "sealed": sealed}
        key = insert(RunCallbackKey).values(marker=marker, **values)
        # A run that its machine did not take has the same marker at the next.
        await session.execute(key.on_conflict_do_update(index_elements=["marker"], set_=values))


async def with_callback(node: Node, machine: Machine, run: BatchRun) -> BatchRun:
    """Return the run with where and with what key it calls back; as it is, when it does not."""
    url = machines.callback_url_of(node, machine)
    key = await _key(node, run.marker) if url is not None else None
    return run if key is None else replace(run, callback_url=url, callback_key=key)


async def take(node: Node, said: RunCallback) -> None:
    """Have a run's machine asked how it stands. One that is late, or was taken before, does nothing.

    Raises RunCallbackRefused (401).
    """
    key = await _key(node, array_of(said.marker) or said.marker)
    expected = machines.callback_signature(key or _NOBODYS_KEY, said.marker, said.state, said.at)
    if not hmac.compare_digest(expected, said.signature) or key is None:
        raise RunCallbackRefused("The run is not known, its key is another one, or what it said was altered")
    at = float(said.at)
    late_seconds = node.clock.now().timestamp() - at
    if abs(late_seconds) > node.settings.of(SimulationSettings).callback_clock_seconds:
        log.info("callback of a run is late, or its clock is wrong", marker=said.marker, late_seconds=late_seconds)
        return
    async with node.database.transaction() as session:
        newer = or_(Simulation.called_stamp.is_(None), Simulation.called_stamp < at)
        taken = (
            update(Simulation)
            .where(Simulation.marker == said.marker, Simulation.state.not_in(TERMINAL), newer)
            .values(called_state=said.state, called_at=func.clock_timestamp(), called_stamp=at)
            .returning(Simulation.machine_id)
        )
        machine_id = await session.scalar(taken)
        if machine_id is not None:
            hint(session, topic_of(machine_id))
    reach("simulation.called")


async def forget_keys(session: AsyncSession) -> None:
    """Remove the keys of runs that have ended, or are repeated under another marker."""
    unfinished = (
        select(Simulation.id)
        .where(
            Simulation.state.not_in(TERMINAL),
            func.split_part(Simulation.marker, ".", 1) == RunCallbackKey.marker,
            Simulation.machine_id == RunCallbackKey.machine_id,
        )
        .exists()
    )
    await session.execute(delete(RunCallbackKey).where(~unfinished))


async def _key(node: Node, marker: str) -> bytes | None:
    async with node.database.sessions() as session:
        sealed = await session.scalar(select(RunCallbackKey.sealed).where(RunCallbackKey.marker == marker))
    if sealed is None:
        return None
    try:
        return node.vault.open(sealed, **_place(marker))
    except Problem as problem:  # the run is worth more than its word
        log.warning("the key of a run's callbacks cannot be opened", marker=marker, error=str(problem))
        return None


def _place(marker: str) -> Mapping[str, str]:
    return {"table": "run_callback_keys", "row_id": marker, "field": "sealed"}

"""Bringing a claimed run, or an array of them, to its machine's batch system, once, whatever becomes of the answers."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from app.kernel.drivers import DriverUnavailable
from app.kernel.errors import Invalid, NotFound
from app.kernel.node import Node
from app.modules import machines
from app.modules.machines import BatchRun, BatchSystem, Machine, Provided, SubmissionLimited
from app.modules.simulation.array_staging import stage_array
from app.modules.simulation.arrays import array_of, count_of
from app.modules.simulation.breakers import breaker_of
from app.modules.simulation.models import Simulation
from app.modules.simulation.pacing import SLOW_SECONDS, congestion_of
from app.modules.simulation.run_callbacks import with_callback
from app.modules.simulation.schemas import SimulationSubmit
from app.modules.simulation.staging import Staged, equipped, run_of, stage_in

log = structlog.get_logger(__name__)


class UnclearSubmission(OSError):
    """The answer to a submission was lost: the run may have been taken."""


@dataclass(frozen=True)
class Reached:
    """What came of one run: its native id, why it never will have one, or why it has none yet.

    None of the three means that it was cancelled, or is kept prepared, before anything was submitted. ``unclear``
    trouble came after the run may have been taken; a refusal that may not be another machine's sends it ``elsewhere``.
    ``busy`` is what shows that the machine has more to do than it can, ``full`` that it has no room for the run; with
    ``limited`` it said so instead of taking it.
    """

    native_id: str | None = None
    refusal: str | None = None
    trouble: str | None = None
    unclear: bool = False
    elsewhere: bool = False
    staged: Staged | None = None
    busy: str | None = None
    full: str | None = None
    limited: bool = False


async def reach(
    node: Node, machine: Machine, marker: str, rows: Sequence[Simulation], *, is_new: bool
) -> dict[str, Reached]:
    """Submit what has this marker, a run or an array, if it was not; return what came of each of its simulations.

    A marker that is new was never submitted by anybody, so nobody is asked for it.

    Raises what may be different at the next attempt of the job, UnclearSubmission when it may have been taken.
    """
    try:
        async with breaker_of(node, machine).call():
            batch = await machines.batch_of(node, machine)
            native_id = None if is_new else await batch.find(marker)
            if native_id is not None or all(row.cancel_requested_at is not None for row in rows):
                return {row.id: Reached(native_id) for row in rows}
            run, staged = await _prepared(node, machine, batch, marker, rows)
            if rows[0].hold:
                return {row.id: Reached(staged=staged[row.id]) for row in rows}
            run = await with_callback(node, machine, run)
            began = time.monotonic()
            try:
                native_id = await batch.submit(run)
            except OSError as error:  # TimeoutError is one
                raise UnclearSubmission(str(error) or "no answer in time") from error
            busy = _slow(machine, time.monotonic() - began)
            return {row.id: Reached(native_id, staged=staged[row.id], busy=busy) for row in rows}
    except UnclearSubmission as unclear:
        found = await _adopt(node, machine, marker, unclear)
        return {row.id: found for row in rows}
    except SubmissionLimited as limited:
        said = f"it said: {limited.said}"
        held = Reached(limited=True, full=said) if limited.is_full else Reached(limited=True, busy=said)
        return {row.id: held for row in rows}
    except (Invalid, DriverUnavailable) as problem:  # asked again it would say the same
        refused = Reached(refusal=problem.detail or problem.title(), elsewhere=True)
    except NotFound as problem:
        refused = Reached(refusal=problem.detail or problem.title())
    return {row.id: refused for row in rows}


async def _prepared(
    node: Node, machine: Machine, batch: BatchSystem, marker: str, rows: Sequence[Simulation]
) -> tuple[BatchRun, Mapping[str, Staged]]:
    """Bring there what is needed; return what to submit, and what was brought for each simulation."""
    spec = SimulationSubmit.model_validate(rows[0].spec)
    # As it was decided: what the machine was said to have meanwhile is for runs that are placed after that.
    software = [Provided.model_validate(one) for one in (rows[0].placement or {}).get("software", [])]
    run = run_of(marker, rows[0].name, equipped(spec, software))
    if array_of(rows[0].marker) is None:
        is_bare = not spec.files and spec.template_directory is None and not rows[0].hold
        directory = batch.working_directory(marker) if is_bare else await batch.prepare(marker)
        return run, {rows[0].id: await stage_in(node, machine, directory, spec)}
    return replace(run, array=count_of(marker)), await stage_array(node, machine, batch, marker, rows)


async def _adopt(node: Node, machine: Machine, marker: str, unclear: UnclearSubmission) -> Reached:
    """Return the run an unclear submission left behind; raises ``unclear`` when there is none to be seen."""
    try:
        async with breaker_of(node, machine).call():
            native_id = await (await machines.batch_of(node, machine)).find(marker)
    except OSError:
        native_id = None
    log.warning("unclear submit", marker=marker, adopted=native_id, error=str(unclear))
    if native_id is None:
        raise unclear
    return Reached(native_id, busy=congestion_of(machine, str(unclear)))


def _slow(machine: Machine, seconds: float) -> str | None:
    if machine.node_name is not None or seconds < SLOW_SECONDS:
        return None
    return f"it took {seconds:.0f} s to take one"

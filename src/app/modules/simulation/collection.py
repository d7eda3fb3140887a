"""Taking in what a run left: checked against its receipt, stored, and registered in the commit that ends it."""

import fnmatch
from datetime import UTC, datetime
from pathlib import PurePosixPath

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.ids import is_id
from app.kernel.node import Node
from app.modules import data, jobs, machines
from app.modules.data import PathRefused, Placed, SourceChanged, StorageFull
from app.modules.machines import BatchSystem, LoginWaits, MachineElsewhere, Receipt
from app.modules.simulation import schemas
from app.modules.simulation.arrays import array_of, is_wanted
from app.modules.simulation.breakers import MachineSilent, breaker_of
from app.modules.simulation.fetching import clear_spool, fetch_output, is_here
from app.modules.simulation.models import Simulation
from app.modules.simulation.schemas import SimulationSubmit
from app.modules.simulation.service import find
from app.modules.simulation.states import COLLECT_JOB, RunAttempt, end, end_or_repeat

log = structlog.get_logger(__name__)

FULL_SECONDS = 5.0
LOGIN_RETRY_SECONDS = 5.0
# A shared file system shows one host what another wrote after up to half a minute (NFS, acdirmax).
RECEIPT_SECONDS = 60.0
RECEIPT_RETRY_SECONDS = 2.0


class OutputsMissing(Exception):
    """The run ended well but did not leave what it should; the message says what."""


@jobs.kind(COLLECT_JOB, max_attempts=20, timeout_seconds=3600, concurrency=4, longest_retry_seconds=60.0)
async def collect(attempt: jobs.Attempt, payload: RunAttempt) -> None:
    """Bring the outputs of a run into storage; data sets, end of the simulation and callback are one commit."""
    node = attempt.node
    async with node.database.sessions() as session:
        row = await find(session, payload.simulation_id)
        if row is None or not _is_for(row, payload) or row.machine_id is None or row.marker is None:
            return
        machine = await machines.get(session, row.machine_id)
    structlog.contextvars.bind_contextvars(incident_id=row.incident_id, simulation_id=row.id)
    spec = SimulationSubmit.model_validate(row.spec)
    problem: str | None = None
    placed: list[tuple[str, schemas.Output, Placed]] = []
    try:
        async with breaker_of(node, machine).call():
            batch = await machines.batch_of(node, machine)
            receipt = await batch.receipt(row.marker)
            if receipt is None and not is_here(machine) and _is_recent(row):
                raise jobs.Snooze(RECEIPT_RETRY_SECONDS)  # its file system may show it a little later
            directory = batch.working_directory(row.marker)
            for output, rule in wanted_of(spec, receipt):
                folder = PurePosixPath(row.incident_id or "none", row.id, output.name).parent
                file = await fetch_output(node, machine, directory, output, str(folder), row.marker)
                placed.append((output.name, rule, file))
    except MachineElsewhere as elsewhere:
        raise jobs.Snooze(0.5) from elsewhere
    except LoginWaits as waits:
        raise jobs.Snooze(LOGIN_RETRY_SECONDS) from waits
    except MachineSilent as silent:
        await _wait(node, payload, str(silent))
        raise jobs.Snooze(silent.seconds) from silent
    except (OutputsMissing, SourceChanged, PathRefused) as error:
        problem = str(error)
    except StorageFull as full:  # the results are safe where they are, and there is an alarm
        await _wait(node, payload, f"its outputs wait for room: {full}")
        raise jobs.Snooze(FULL_SECONDS) from full
    except FileNotFoundError as error:
        problem = f"an output its receipt names is not there: {error.filename or error}"
    except (ConnectionError, TimeoutError) as error:
        seconds = breaker_of(node, machine).wait_seconds
        if not seconds:
            raise
        # The machine is down, perhaps for days, and its outputs are as safe as it is: that is no attempt that failed.
        await _wait(node, payload, f"{machine.name} does not answer: {error or 'no answer in time'}")
        raise jobs.Snooze(seconds) from error
    async with attempt.transaction() as session:
        current = await find(session, row.id, lock=True)
        if current is None or not _is_for(current, payload):
            return
        if problem is not None:
            await end_or_repeat(session, current, "failed", problem)
            return
        await _register(session, current, spec, placed)
        await end(session, current, "succeeded")
    await clear_spool(node, row.marker)
    if problem is None:
        await _tidy(node, batch, machine.id, row.marker)


def wanted_of(spec: SimulationSubmit, receipt: Receipt | None) -> list[tuple[machines.Output, schemas.Output]]:
    """Return the outputs to take in, each with the rule it falls under. Raises OutputsMissing."""
    if receipt is None:
        raise OutputsMissing("the run's receipt is gone")
    found = []
    for output in receipt.outputs:
        rule = next((rule for rule in spec.outputs if matches(rule.pattern, output.name)), None)
        if rule is not None:
            found.append((output, rule))
    for rule in spec.outputs:
        if rule.required and not any(matches(rule.pattern, output.name) for output in receipt.outputs):
            left = ", ".join(output.name for output in receipt.outputs[:5]) or "nothing"
            raise OutputsMissing(f"no file {rule.pattern} was left behind (there is: {left})")
    if receipt.outputs_omitted:
        log.warning("outputs left out: links, odd names or too many", count=receipt.outputs_omitted)
    return found


def matches(pattern: str, name: str) -> bool:
    """Say whether a relative path matches a glob pattern, ``**`` standing for any number of directories."""
    return _matches(PurePosixPath(pattern).parts, PurePosixPath(name).parts)


def _matches(pattern: tuple[str, ...], name: tuple[str, ...]) -> bool:
    if not pattern:
        return not name
    if pattern[0] == "**":
        return _matches(pattern[1:], name) or (bool(name) and _matches(pattern, name[1:]))
    return bool(name) and fnmatch.fnmatchcase(name[0], pattern[0]) and _matches(pattern[1:], name[1:])


async def _wait(node: Node, payload: RunAttempt, why: str) -> None:
    async with node.database.transaction() as session:
        row = await find(session, payload.simulation_id, lock=True)
        if row is not None and _is_for(row, payload):
            row.waiting_text = why


def _is_for(row: Simulation, payload: RunAttempt) -> bool:
    return row.state == "completing" and row.attempt == payload.attempt


def _is_recent(row: Simulation) -> bool:
    return (datetime.now(UTC) - row.state_at).total_seconds() < RECEIPT_SECONDS


async def _register(
    session: AsyncSession,
    row: Simulation,
    spec: SimulationSubmit,
    placed: list[tuple[str, schemas.Output, Placed]],
) -> None:
    inputs = [content for content in spec.files.values() if isinstance(content, str) and is_id(content, "dst")]
    for name, rule, file in placed:
        await data.register(
            session,
            file,
            name=name,
            role=rule.role,
            media_type=rule.media_type,
            owner_id=row.owner_id,
            incident_id=row.incident_id,
            simulation_id=row.id,
            stage_id=row.stage_id,
            stage=row.stage,
            machine=row.machine,
            inputs=inputs,
        )


async def _tidy(node: Node, batch: BatchSystem, machine_id: str, marker: str) -> None:
    try:
        await batch.forget(marker)
        if (array := array_of(marker)) is not None:
            async with node.database.sessions() as session:
                wanted = await is_wanted(session, machine_id, array, even_cancelled=True)
            if not wanted:  # the last one takes with it what all shared
                await batch.forget(array)
    except OSError as error:  # the results are safe; what is left costs room only
        log.warning("run directory not removed", marker=marker, error=str(error))


async def _exhausted(session: AsyncSession, job: jobs.FinishedJob) -> None:
    payload = RunAttempt.model_validate(job.payload)
    row = await find(session, payload.simulation_id, lock=True)
    if row is not None and _is_for(row, payload):
        await end(session, row, "failed", error=f"its outputs could not be taken in: {job.error}")


jobs.on_exhausted(COLLECT_JOB, _exhausted)

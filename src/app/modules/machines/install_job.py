"""The job that installs: claims (transaction), begins or looks (no transaction), records; again and again to the end.

What was begun is found again by the install's id, so a node that dies in between changes nothing: the next attempt of
the job looks, and begins only what has not begun.
"""

from datetime import UTC, datetime, timedelta

import structlog
from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from app.kernel.errors import Problem
from app.kernel.failpoints import reach
from app.kernel.node import Node
from app.modules import jobs
from app.modules.machines._install_script import install_script
from app.modules.machines.acting import reached
from app.modules.machines.equipping import equipping_lines
from app.modules.machines.errors import CommandTimeout, MachineElsewhere
from app.modules.machines.installing import InstallImpossible, Seen, begin, look
from app.modules.machines.models import Machine
from app.modules.machines.recipe_schemas import RecipeDefinition, placed
from app.modules.machines.recipes import definition_of, get_recipe
from app.modules.machines.rows import announce, get
from app.modules.machines.settings import MachinesSettings
from app.modules.machines.software import inventory_of
from app.modules.machines.software_looking import look_for
from app.modules.machines.software_models import Install, Software
from app.modules.machines.transport import Transport

log = structlog.get_logger(__name__)

INSTALL_JOB = "machines.install"
KEPT_CHARACTERS = 256 * 1024
_SILENT_SECONDS = 15.0  # as often as machines are asked how they are
_NOT_YET = ("none", "unclear")


class InstallPayload(BaseModel):
    """Payload of machines.install."""

    install_id: str


@jobs.kind(INSTALL_JOB, max_attempts=8, timeout_seconds=300, concurrency=4, cancelled_with="the installing")
async def install(attempt: jobs.Attempt, payload: InstallPayload) -> None:
    """Begin an install, or look how it stands; comes again until it has ended."""
    node = attempt.node
    async with node.database.transaction() as session:
        row = await _locked(session, payload.install_id)
        if row is None or row.finished_at is not None:
            return
        if row.begun_at is None:
            row.begun_at = func.now()
        await session.flush()
        await session.refresh(row)
        recipe = await get_recipe(session, row.recipe_id)
        definition = definition_of(recipe)
        inventory = await inventory_of(session, definition.needs)
        needed = inventory.chosen(row.machine_id, definition.needs)
    equipping = [line for one in needed for line in equipping_lines(one.modules, one.path, one.environment)]
    reach("machines.install_claimed")
    try:
        _, transport = await reached(node, row.machine_id)
        seen, why_not = await _advanced(transport, row, definition, equipping)
        candidate, is_there, said = None, False, ""
        if seen.state == "ended" and seen.ended_by == "exit" and seen.exit_code == 0 and seen.is_whole:
            candidate = _installed(row, definition, seen.prefix or "")
            is_there, said = await _checked(transport, candidate)
    except MachineElsewhere as problem:
        await _wait(node, row.id, str(problem.detail), 1.0)
        raise jobs.Snooze(1.0) from problem
    except (OSError, Problem) as error:  # TimeoutError is one
        text = (error.detail if isinstance(error, Problem) else str(error)) or "no answer in time"
        log.warning("install waits", install_id=row.id, error=text)
        await _wait(node, row.id, text, _SILENT_SECONDS)
        raise jobs.Snooze(_SILENT_SECONDS) from error
    except InstallImpossible as error:
        async with attempt.transaction() as session:
            await _end_of(session, payload.install_id, "failed", str(error))
        return
    reach("machines.install_seen")
    outcome, error_text = _outcome(row, seen, definition, is_there, said)
    if outcome is None or not seen.is_whole:
        seconds = node.settings.of(MachinesSettings).install_poll_seconds if seen.is_whole else 0.0
        async with node.database.transaction() as session:
            await _record(session, row.id, seen, why_not, seconds)
        raise jobs.Snooze(seconds)
    async with attempt.transaction() as session:
        found = await _record(session, row.id, seen, None, 0.0)
        if found is not None:
            machine = await get(session, found.machine_id)
            found.exit_code = seen.exit_code
            if outcome == "succeeded" and candidate is not None:
                await _keep(session, found, candidate, said)
            await end(session, machine, found, outcome, error=error_text)


async def end(session: AsyncSession, machine: Machine, row: Install, state: str, *, error: str | None) -> None:
    """End an install, locked by this transaction. Announces machine.changed."""
    row.state, row.state_at, row.finished_at = state, func.now(), func.now()
    row.error, row.waiting_text, row.next_check_at = error, None, None
    software = await session.get(Software, row.software_id) if row.software_id else None
    title = f"{row.name} {row.version}"
    if state == "succeeded":
        announce(session, machine, f"has {title}, installed by its recipe", row.requested_by)
    else:
        announce(session, machine, f"did not get {title}: {error or state}", row.requested_by)
        if software is not None:
            software.state, software.text, software.checked_at = "failed", error or state, func.now()
    await session.flush()


async def _advanced(
    transport: Transport, row: Install, definition: RecipeDefinition, equipping: list[str]
) -> tuple[Seen, str | None]:
    """Look, and begin what has not begun; return how it stands and, if it is not begun yet, why."""
    cancel = row.cancel_requested_at is not None
    seen = await look(transport, row.id, row.log_bytes, cancel=cancel)
    if seen.state != "none" or cancel:
        return seen, None
    prefix = definition.prefix or f"~/.stormbell/software/{row.name}/{row.version}"
    script = install_script(row.name, row.version, prefix, equipping, definition.script)
    said = await begin(transport, row.id, row.name, script, definition.timeout_seconds)
    reach("machines.install_begun")
    if said == "busy":
        return seen, f"another installing of {row.name} there, or something it left running, has not ended"
    return await look(transport, row.id, row.log_bytes, cancel=cancel), None


def _outcome(
    row: Install, seen: Seen, definition: RecipeDefinition, is_there: bool, said: str
) -> tuple[str | None, str | None]:
    """Return how an install ended, and what went wrong; ``None`` while it has not ended."""
    if seen.state == "none" and row.cancel_requested_at is not None:
        return "cancelled", "it was cancelled before it began"
    if seen.state == "dead":
        return "failed", "it ended there without a word: its processes are gone, and what they did may be half done"
    if seen.state != "ended":
        return None, None
    if seen.ended_by == "cancelled":
        return "cancelled", "it was cancelled"
    if seen.ended_by == "timeout":
        return "failed", f"it had not ended after {definition.timeout_seconds} s"
    if seen.exit_code != 0:
        return "failed", f"its script ended with {seen.exit_code}; its log says why"
    if not is_there:
        return "failed", f"its script ended well, but its check does not find it: {said}"
    return "succeeded", None


def _installed(row: Install, definition: RecipeDefinition, prefix: str) -> Software:
    path = definition.path
    if path is None and not definition.modules and definition.image is None:
        path = "{{prefix}}/bin"
    return Software(
        name=row.name,
        version=row.version,
        modules=list(dict.fromkeys([*row.modules, *definition.modules])),
        path=placed(path, prefix) if path else None,
        image=placed(definition.image, prefix) if definition.image else None,
        environment={name: placed(value, prefix) for name, value in definition.environment.items()},
        check_command=placed(definition.check_command, prefix),
    )


async def _checked(transport: Transport, candidate: Software) -> tuple[bool, str]:
    try:
        return await look_for(transport, candidate)
    except CommandTimeout as problem:
        return False, str(problem.detail)


async def _keep(session: AsyncSession, row: Install, candidate: Software, said: str) -> None:
    software = await session.get(Software, row.software_id) if row.software_id else None
    if software is None:
        return
    software.modules, software.path, software.image = candidate.modules, candidate.path, candidate.image
    software.environment, software.check_command = candidate.environment, candidate.check_command
    software.state, software.text, software.checked_at = "installed", said or None, func.now()


async def _locked(session: AsyncSession, install_id: str) -> Install | None:
    query = select(Install).where(Install.id == install_id).options(undefer(Install.log)).with_for_update()
    row: Install | None = await session.scalar(query)
    return row


async def _wait(node: Node, install_id: str, text: str, seconds: float) -> None:
    async with node.database.transaction() as session:
        row = await _locked(session, install_id)
        if row is not None and row.finished_at is None:
            row.waiting_text = text
            row.next_check_at = datetime.now(UTC) + timedelta(seconds=seconds)


async def _record(
    session: AsyncSession, install_id: str, seen: Seen, why_not: str | None, seconds: float
) -> Install | None:
    """Write down how an install stands and what it wrote; ``None`` when it has ended meanwhile."""
    row = await _locked(session, install_id)
    if row is None or row.finished_at is not None:
        return None
    if seen.state not in _NOT_YET and row.state == "queued":
        machine = await get(session, row.machine_id)
        row.state, row.state_at = "running", func.now()
        announce(session, machine, f"runs the recipe of {row.name} {row.version}", row.requested_by)
    row.waiting_text = why_not
    if why_not is None and seen.state == "running" and seen.host is not None:
        row.waiting_text = f"its script runs on {seen.host}"
    row.next_check_at = datetime.now(UTC) + timedelta(seconds=seconds)
    if seen.prefix is not None:
        row.prefix = seen.prefix
    if seen.next_byte > row.log_bytes:
        row.log = (row.log + seen.text)[-KEPT_CHARACTERS:]
        row.log_characters += len(seen.text)
        row.log_bytes = seen.next_byte
    await session.flush()
    return row


async def _end_of(session: AsyncSession, install_id: str, state: str, error: str) -> None:
    row = await _locked(session, install_id)
    if row is not None and row.finished_at is None:
        await end(session, await get(session, row.machine_id), row, state, error=error)


async def _exhausted(session: AsyncSession, job: jobs.FinishedJob) -> None:
    install_id = InstallPayload.model_validate(job.payload).install_id
    await _end_of(session, install_id, "failed", f"it was given up: {job.error}")


jobs.on_exhausted(INSTALL_JOB, _exhausted)

"""Asking a machine: what it is and how it is, written down either way; and what it does not answer as a problem."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy import func

from app.kernel.errors import Problem
from app.kernel.node import Node
from app.modules.machines.connections import batch_of
from app.modules.machines.errors import (
    CommandInvalid,
    CommandOutputTooLarge,
    HostKeyUnknown,
    MachineElsewhere,
    MachineFileExists,
    MachineFileNotFound,
    MachineFileRefused,
    MachineLoginRefused,
    MachineUnreachable,
    MachineWaitsForLogin,
)
from app.modules.machines.history import keep_answer, keep_silence
from app.modules.machines.inspection import ask_load, look
from app.modules.machines.models import Machine
from app.modules.machines.queue_view import MachineQueue
from app.modules.machines.rows import get, record_answer, record_silence, record_waiting
from app.modules.machines.transport import HostKeyRefused, LoginRefused, LoginWaits, OutputTooLarge

log = structlog.get_logger(__name__)

ANSWER_SECONDS = 20.0


async def probe(node: Node, machine: Machine) -> None:
    """Ask one machine how it is and write down the answer, or that there was none."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            has_batch = machine.driver or machine.test_mode
            began = time.monotonic()
            load = await (await batch_of(node, machine)).load() if has_batch else await ask_load(node, machine)
            latency = time.monotonic() - began
    except MachineElsewhere:
        return  # the node that holds the connection asks it
    except LoginWaits as waits:
        async with node.database.transaction() as session:
            await record_waiting(session, machine.id, str(waits))
            await keep_silence(session, machine.id)
    except (OSError, TimeoutError, Problem) as error:
        text = str(error) or f"no answer within {ANSWER_SECONDS:g} s"
        said = log.debug if machine.last_error == text else log.warning  # it is asked again four times a minute
        said("machine does not answer", machine=machine.name, error=text)
        async with node.database.transaction() as session:
            await record_silence(session, machine.id, text)
            await keep_silence(session, machine.id)
    else:
        async with node.database.transaction() as session:
            await record_answer(session, machine.id, load)
            await keep_answer(session, node, machine.id, load, latency)


async def inspect(node: Node, machine_id: str) -> Machine:
    """Look at a machine: whether it answers, what it has. Kept with the machine.

    Raises MachineNotFound (404), MachineElsewhere, MachineUnreachable (503), HostKeyUnknown, MachineLoginRefused,
    MachineWaitsForLogin (409), and what the credential raises.
    """
    async with node.database.sessions() as session:
        machine = await get(session, machine_id)
    try:
        with told(machine.name):
            report = None if machine.test_mode else await look(node, machine)
    except MachineElsewhere:
        raise
    except MachineWaitsForLogin as waits:
        async with node.database.transaction() as session:
            await record_waiting(session, machine_id, str(waits.detail))
        raise
    except Problem as problem:
        async with node.database.transaction() as session:
            await record_silence(session, machine_id, problem.detail or problem.title())
        raise
    await probe(node, machine)
    async with node.database.transaction() as session:
        machine = await get(session, machine_id)
        if report is not None:
            machine.report, machine.reported_at = report.model_dump(mode="json"), func.now()
        await session.flush()
        await session.refresh(machine)
    return machine


async def ask_queue(node: Node, machine_id: str) -> MachineQueue:
    """Return the queue of a machine's batch system, asked for now.

    Raises MachineNotFound (404), DriverUnavailable (422), MachineElsewhere, MachineUnreachable (503), HostKeyUnknown,
    MachineLoginRefused, MachineWaitsForLogin (409), and what the credential raises.
    """
    async with node.database.sessions() as session:
        machine = await get(session, machine_id)
    with told(machine.name):
        async with asyncio.timeout(ANSWER_SECONDS):
            return await (await batch_of(node, machine)).queue()


@contextmanager
def told(name: str) -> Iterator[None]:
    """Turn what a transport raises into the problem a caller can read."""
    try:
        yield
    except HostKeyRefused as error:
        raise HostKeyUnknown(str(error)) from error
    except LoginWaits as error:
        raise MachineWaitsForLogin(str(error)) from error
    except LoginRefused as error:
        raise MachineLoginRefused(str(error)) from error
    except OutputTooLarge as error:
        raise CommandOutputTooLarge(str(error)) from error
    except FileNotFoundError as error:
        raise MachineFileNotFound(f"{name}: {_said(error)}") from error
    except FileExistsError as error:
        raise MachineFileExists(f"{name}: {_said(error)}") from error
    except TimeoutError as error:
        raise MachineUnreachable(f"{name} does not answer: {error or 'it took too long'}") from error
    except ConnectionError as error:
        raise MachineUnreachable(f"{name} does not answer: {error}") from error
    except OSError as error:
        raise MachineFileRefused(f"{name}: {_said(error)}") from error
    except ValueError as error:
        raise CommandInvalid(str(error)) from error


def _said(error: OSError) -> str:
    about = f"{error.filename}: " if error.filename else ""
    return f"{about}{error.strerror or error}"

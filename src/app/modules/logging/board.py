"""The board: modules and loops of this node, machines, and how the last test of each workflow went.

A module above registers what tells of workflow tests: nothing below knows what a workflow is.
"""

from collections.abc import Awaitable, Callable, Sequence

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.node import Node
from app.modules import machines
from app.modules.logging.health import health
from app.modules.logging.schemas import HealthView, MachineHealthView, ModuleHealthView, WorkflowTestView

log = structlog.get_logger(__name__)

Tests = Callable[[AsyncSession], Awaitable[Sequence[WorkflowTestView]]]
_KEY = "logging.workflow_tests"


def tell_of_workflow_tests(node: Node, tests: Tests) -> None:
    """Have ``tests`` asked for the last test of each workflow."""
    node.registry[_KEY] = tests


async def board(node: Node, session: AsyncSession) -> HealthView:
    """Return the board; while the database does not answer it shows this node alone, degraded."""
    view = health(node)
    tests: Tests | None = node.registry.get(_KEY)
    try:
        found = [_machine(machine) for machine in await machines.list_all(session)]
        tested = list(await tests(session)) if tests is not None else []
    except (DBAPIError, OSError, TimeoutError) as error:
        log.warning("board without machines", error=f"{type(error).__name__}: {error}"[:300])
        missing = ModuleHealthView(name="database", status="degraded", text="does not answer", loops=[])
        return view.model_copy(update={"status": "degraded", "modules": [missing, *view.modules]})
    degraded = view.status == "degraded" or any(machine.status == "degraded" for machine in found)
    status = "degraded" if degraded else "ok"
    return view.model_copy(update={"status": status, "machines": found, "workflow_tests": tested})


def _machine(machine: machines.Machine) -> MachineHealthView:
    status = {"answers": "ok", "unreachable": "degraded", "pending": "unknown"}[machine.state]
    text = machine.last_error
    if not machine.enabled:
        status, text = "off", "disabled"
    elif machine.cordoned and text is None:
        text = "cordoned: nothing new is sent there"
    return MachineHealthView.model_validate(
        {"id": machine.id, "name": machine.name, "status": status, "text": text, "asked_at": machine.last_polled_at}
    )

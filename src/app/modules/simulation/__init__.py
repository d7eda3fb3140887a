"""Simulation: runs on machines, from being asked for to checksummed results and the callback that says so.

Owns: simulations, their history and groups, applications, what is learned of queues. Calls: data, machines, accounts,
jobs. Announces: simulation.created, simulation.state_changed. Hints: ``simulations``. Job kinds: ``simulation.submit``,
``simulation.collect``, ``simulation.decide_race``, ``simulation.measure``, ``simulation.stop_orphan``; ends by
enqueuing the caller's JobCallback.
"""

from collections.abc import Sequence

from app.kernel.loops import Loop
from app.kernel.module import Module
from app.kernel.node import Node
from app.modules import machines
from app.modules.simulation import (  # the jobs' kinds are registered by their import
    application_routes,
    callback_routes,
    collection,  # noqa: F401
    figure_routes,
    measuring,  # noqa: F401
    races,  # noqa: F401
    routes,
    submission,  # noqa: F401
    submit_routes,
    wait_routes,
)
from app.modules.simulation.cancellation import cancel, cancel_of_incident
from app.modules.simulation.errors import SimulationEnded, SimulationNotFound
from app.modules.simulation.escalation import as_asked
from app.modules.simulation.following import Following
from app.modules.simulation.models import TERMINAL, Simulation
from app.modules.simulation.outlook import Outlook, last_ends, outlooks
from app.modules.simulation.routes import PERMISSIONS
from app.modules.simulation.schemas import (
    JobCallback,
    Output,
    Resources,
    SimulationFinished,
    SimulationMoved,
    SimulationSubmit,
    SimulationView,
)
from app.modules.simulation.service import (
    count_by_state,
    count_on_machine,
    find,
    find_many,
    find_users_of_machine,
    get,
    list_of_incident,
    submit,
    submit_many,
)
from app.modules.simulation.settings import SimulationSettings
from app.modules.simulation.wait_learning import learning_loop
from app.modules.simulation.watching import loops

__all__ = [
    "TERMINAL",
    "JobCallback",
    "Outlook",
    "Output",
    "Resources",
    "Simulation",
    "SimulationEnded",
    "SimulationFinished",
    "SimulationMoved",
    "SimulationNotFound",
    "SimulationSubmit",
    "SimulationView",
    "as_asked",
    "cancel",
    "cancel_of_incident",
    "count_by_state",
    "find",
    "find_many",
    "get",
    "last_ends",
    "list_of_incident",
    "module",
    "outlooks",
    "submit",
    "submit_many",
]


async def _start(node: Node) -> None:
    machines.register_users(node, find_users_of_machine)
    machines.register_counter(node, count_on_machine)


def _loops(node: Node) -> Sequence[Loop]:
    return [*loops(node), learning_loop(node)]


async def _drain(node: Node) -> None:
    if (following := node.part_with(Following)) is not None:
        await following.stop()


module = Module(
    name="simulation",
    routers=(
        routes.router,
        submit_routes.router,
        figure_routes.router,
        application_routes.router,
        callback_routes.router,
        wait_routes.router,
    ),
    permissions=PERMISSIONS,
    settings=SimulationSettings,
    loops=_loops,
    start=_start,
    drain=_drain,
)

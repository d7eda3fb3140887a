"""Simulation: runs on machines, from being asked for to checksummed results and the callback that says so.

Owns: simulations. Calls: data, machines, accounts, jobs. Announces: simulation.created, simulation.state_changed.
Hints: ``simulations``. Job kinds: ``simulation.submit``, ``simulation.collect``; ends by enqueuing the caller's
JobCallback.
"""

from app.kernel.module import Module
from app.kernel.principal import Role
from app.modules.simulation import collection, submission  # noqa: F401 (their import registers the job kinds)
from app.modules.simulation.cancellation import cancel, cancel_of_incident
from app.modules.simulation.errors import SimulationEnded, SimulationNotFound
from app.modules.simulation.models import TERMINAL, Simulation
from app.modules.simulation.routes import router
from app.modules.simulation.schemas import (
    JobCallback,
    Output,
    Resources,
    SimulationFinished,
    SimulationSubmit,
    SimulationView,
)
from app.modules.simulation.service import (
    count_by_state,
    find,
    find_many,
    get,
    list_of_incident,
    submit,
    submit_many,
)
from app.modules.simulation.watching import loops

__all__ = [
    "TERMINAL",
    "JobCallback",
    "Output",
    "Resources",
    "Simulation",
    "SimulationEnded",
    "SimulationFinished",
    "SimulationNotFound",
    "SimulationSubmit",
    "SimulationView",
    "cancel",
    "cancel_of_incident",
    "count_by_state",
    "find",
    "find_many",
    "get",
    "list_of_incident",
    "module",
    "submit",
    "submit_many",
]

module = Module(
    name="simulation",
    router=router,
    permissions={
        "simulation_list": Role.VIEWER,
        "simulation_get": Role.VIEWER,
        "simulation_output": Role.VIEWER,
        "simulation_cancel": Role.RUNNER,
    },
    loops=loops,
)

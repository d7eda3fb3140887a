"""Simulations as somebody sees them: whose jobs a run would stop is told those who may see the machine's queue."""

from collections.abc import Mapping
from typing import Any

from app.kernel.principal import Principal, Role
from app.modules.simulation.models import Simulation
from app.modules.simulation.placement_schemas import PlacementView, RungView
from app.modules.simulation.schemas import SimulationView


def view_of(row: Simulation, by: Principal) -> SimulationView:
    """Return a simulation as somebody may see it who sees that it is there."""
    view = SimulationView.model_validate(row)
    return view if _sees_queues(by) else view.model_copy(update={"placement": _without_names(view.placement)})


def placement_of(kept: Mapping[str, Any], by: Principal) -> PlacementView:
    """Return a decision as somebody may see it."""
    view = PlacementView.model_validate(kept)
    return view if _sees_queues(by) else _without_names(view)


def _sees_queues(by: Principal) -> bool:
    return by.may("machine_queue_get", Role.OPERATOR)


def _without_names(view: PlacementView) -> PlacementView:
    rung = view.rung and _counted(view.rung)
    return view.model_copy(update={"ladder": [_counted(one) for one in view.ladder], "rung": rung})


def _counted(rung: RungView) -> RungView:
    return rung.model_copy(update={"victims": []})

"""Performance figures of simulations over HTTP."""

from app.kernel.principal import Role
from app.kernel.web import SessionOf, api_router
from app.modules.simulation import figures
from app.modules.simulation.figures import FiguresReport, FiguresView

PERMISSIONS = {
    "simulation_figures_list": Role.VIEWER,
    "simulation_figures_add": Role.RUNNER,
}

router = api_router("simulations")


@router.get("/simulations/{simulation_id}/figures", operation_id="simulation_figures_list")
async def list_simulation_figures(session: SessionOf, simulation_id: str) -> FiguresView:
    """Return the performance figures that were told of a simulation, by kind."""
    return await figures.list_figures(session, simulation_id)


@router.post("/simulations/{simulation_id}/figures", operation_id="simulation_figures_add")
async def add_simulation_figures(session: SessionOf, simulation_id: str, wanted: FiguresReport) -> FiguresView:
    """Keep performance figures with a simulation; a run may push its own, with a token that has this scope alone."""
    return await figures.add_figures(session, simulation_id, wanted)

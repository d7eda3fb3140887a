"""How well waits on a machine are predicted, and how fast it takes submissions, over HTTP."""

from app.kernel.paging import Page
from app.kernel.principal import Role
from app.kernel.web import SessionOf, api_router
from app.modules.simulation.learned_waits import WaitModelView, list_wait_models
from app.modules.simulation.pacing import PaceView, pace_of

PERMISSIONS = {"machine_wait_list": Role.VIEWER, "machine_pace_get": Role.VIEWER}

router = api_router("simulations", "machines")


@router.get("/machines/{machine_id}/waits", operation_id="machine_wait_list")
async def list_machine_waits(session: SessionOf, machine_id: str) -> Page[WaitModelView]:
    """Return what was learned of how long jobs wait there, by partition, and how far off its predictions were."""
    return Page(items=await list_wait_models(session, machine_id))


@router.get("/machines/{machine_id}/pace", operation_id="machine_pace_get")
async def get_machine_pace(session: SessionOf, machine_id: str) -> PaceView:
    """Return at what pace runs are submitted there at present, how many at a time, and why not faster."""
    return await pace_of(session, machine_id)

"""How well waits on a machine are predicted, over HTTP."""

from app.kernel.paging import Page
from app.kernel.principal import Role
from app.kernel.web import SessionOf, api_router
from app.modules.simulation.learned_waits import WaitModelView, list_wait_models

PERMISSIONS = {"machine_wait_list": Role.VIEWER}

router = api_router("machines")


@router.get("/machines/{machine_id}/waits", operation_id="machine_wait_list")
async def list_machine_waits(session: SessionOf, machine_id: str) -> Page[WaitModelView]:
    """Return what was learned of how long jobs wait there, by partition, and how far off its predictions were."""
    return Page(items=await list_wait_models(session, machine_id))

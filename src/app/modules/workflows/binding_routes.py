"""``/sources/{id}/bindings`` and ``/bindings``."""

from fastapi import Request, Response

from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router, own_record
from app.modules import ingest
from app.modules.workflows import bindings
from app.modules.workflows.binding_schemas import (
    BindingChange,
    BindingList,
    BindingSubmit,
    BindingTest,
    BindingTrial,
    BindingView,
)

PERMISSIONS = {
    "binding_list": Role.VIEWER,
    "binding_create": Role.OPERATOR,
    "binding_switch": Role.OPERATOR,
    "binding_remove": Role.OPERATOR,
    "binding_test": Role.OPERATOR,
}

router = api_router("incidents", "bindings")


@router.get("/sources/{source_id}/bindings", operation_id="binding_list")
async def list_bindings(session: SessionOf, source_id: str) -> BindingList:
    """List a source's bindings by name."""
    await ingest.get_source(session, source_id)
    rows = await bindings.list_bindings(session, source_id)
    return BindingList(items=[BindingView.model_validate(row) for row in rows])


@router.post("/sources/{source_id}/bindings", operation_id="binding_create", status_code=201)
async def create_binding(
    session: SessionOf, actor: Actor, request: Request, response: Response, source_id: str, wanted: BindingSubmit
) -> BindingView:
    """Say what becomes of a source's deliveries: a new incident, news for a running one, or a message to a stage."""
    row = await bindings.create_binding(session, request.app.state.node, source_id, wanted, actor=actor)
    response.headers["Location"] = f"/api/v1/bindings/{row.id}"
    return BindingView.model_validate(row)


@router.post("/sources/{source_id}/bindings/test", operation_id="binding_test")
@own_record
async def try_binding(
    session: SessionOf, actor: Actor, request: Request, source_id: str, test: BindingTest
) -> BindingTrial:
    """Say what a binding would do with a past delivery. Nothing is done."""
    return await bindings.try_binding(session, request.app.state.node, source_id, test, actor=actor)


@router.patch("/bindings/{binding_id}", operation_id="binding_switch")
async def switch_binding(session: SessionOf, binding_id: str, change: BindingChange) -> BindingView:
    """Switch a binding on or off."""
    return BindingView.model_validate(await bindings.switch_binding(session, binding_id, enabled=change.enabled))


@router.delete("/bindings/{binding_id}", operation_id="binding_remove", status_code=204)
async def remove_binding(session: SessionOf, binding_id: str) -> None:
    """Remove a binding. What it did stays."""
    await bindings.remove_binding(session, binding_id)

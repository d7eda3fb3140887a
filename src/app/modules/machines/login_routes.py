"""Logins to machines that ask, over HTTP."""

from fastapi import Request, Response

from app.kernel.paging import Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router
from app.modules.machines import logging_in, logins
from app.modules.machines.login_schemas import MachineLoginAnswer, MachineLoginView

PERMISSIONS = {
    "machine_login_list": Role.OPERATOR,
    "machine_login_get": Role.OPERATOR,
    "machine_login_start": Role.OPERATOR,
    "machine_login_answer": Role.OPERATOR,
}

router = api_router("machines")


@router.get("/machines/{machine_id}/logins", operation_id="machine_login_list")
async def list_machine_logins(session: SessionOf, machine_id: str) -> Page[MachineLoginView]:
    """Return the last logins a person was needed for, newest first."""
    rows = await logins.list_logins(session, machine_id)
    return Page(items=[MachineLoginView.model_validate(row) for row in rows])


@router.post("/machines/{machine_id}/logins", operation_id="machine_login_start", status_code=201)
async def start_machine_login(request: Request, actor: Actor, response: Response, machine_id: str) -> MachineLoginView:
    """Log in to a machine; the answer is what it asks. One that is open already is returned instead."""
    row = await logging_in.log_in(request.app.state.node, machine_id, actor)
    response.headers["Location"] = f"/api/v1/machines/{machine_id}/logins/{row.id}"
    return MachineLoginView.model_validate(row)


@router.get("/machines/{machine_id}/logins/{login_id}", operation_id="machine_login_get")
async def get_machine_login(session: SessionOf, machine_id: str, login_id: str) -> MachineLoginView:
    """Return one login: what it asks, or how it went."""
    return MachineLoginView.model_validate(await logins.get_login(session, machine_id, login_id))


@router.post("/machines/{machine_id}/logins/{login_id}/answers", operation_id="machine_login_answer", status_code=202)
async def answer_machine_login(
    session: SessionOf, request: Request, actor: Actor, machine_id: str, login_id: str, given: MachineLoginAnswer
) -> MachineLoginView:
    """Answer what a machine asks, whichever node holds the connection; then look at the login again."""
    answers = [one.get_secret_value() for one in given.answers]
    row = await logins.answer(
        session, request.app.state.node.vault, machine_id, login_id, given.round, answers, actor.user_id
    )
    return MachineLoginView.model_validate(row)

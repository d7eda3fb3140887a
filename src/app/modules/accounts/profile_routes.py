"""HTTP: one's own account."""

from typing import Any

from fastapi import Request, Response
from starlette.responses import StreamingResponse

from app.kernel.node import Node
from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router, secret
from app.modules.accounts import exports, login_history, profile, users
from app.modules.accounts.models import User
from app.modules.accounts.origin import ip_of
from app.modules.accounts.profile_schemas import (
    EmailChange,
    ExportView,
    PasswordChange,
    ProfileChange,
    ProfileDelete,
    ProfileView,
)
from app.modules.accounts.user_schemas import LoginView

PERMISSIONS = {
    "profile_get": Role.VIEWER,
    "profile_change": Role.VIEWER,
    "profile_change_email": Role.VIEWER,
    "profile_change_password": Role.VIEWER,
    "profile_delete": Role.VIEWER,
    "profile_login_list": Role.VIEWER,
    "profile_export_list": Role.VIEWER,
    "profile_export_create": Role.VIEWER,
    "profile_export_get": Role.VIEWER,
    "profile_export_content": Role.VIEWER,
}

router = api_router("accounts")


@router.get("/profile", operation_id="profile_get", response_model=ProfileView)
async def get_profile(session: SessionOf, actor: Actor) -> User:
    """Show one's own account."""
    return await users.get_user(session, actor.user_id)


@router.patch("/profile", operation_id="profile_change", response_model=ProfileView)
async def change_profile(body: ProfileChange, session: SessionOf, actor: Actor) -> User:
    """Change one's own name."""
    return await profile.rename(session, actor, body.name)


@router.put("/profile/email", operation_id="profile_change_email", response_model=ProfileView)
async def change_email(body: EmailChange, session: SessionOf, actor: Actor, request: Request) -> User:
    """Change the address one logs in with."""
    password = body.password.get_secret_value() if body.password is not None else None
    return await profile.change_email(
        request.app.state.node, session, actor, body.email, password=password, ip=ip_of(request)
    )


@router.put("/profile/password", operation_id="profile_change_password", status_code=204)
async def change_password(body: PasswordChange, session: SessionOf, actor: Actor, request: Request) -> None:
    """Change one's own password; the other sessions end."""
    old, new = body.old_password.get_secret_value(), body.new_password.get_secret_value()
    await profile.change_password(request.app.state.node, session, actor, old=old, new=new, ip=ip_of(request))


@router.post("/profile/deletion", operation_id="profile_delete", status_code=204)
@secret
async def delete_profile(body: ProfileDelete, session: SessionOf, actor: Actor, request: Request) -> None:
    """Delete one's own account; what one owns goes to the heir, and without one it has to be nothing."""
    await profile.delete_own(
        request.app.state.node,
        session,
        actor,
        password=body.password.get_secret_value() if body.password is not None else None,
        heir_email=body.heir_email,
        ip=ip_of(request),
    )


@router.get("/profile/logins", operation_id="profile_login_list", response_model=Page[LoginView])
async def list_logins(session: SessionOf, actor: Actor, cursor: Cursor = None, limit: Limit = 50) -> dict[str, Any]:
    """List one's own logins and failed attempts, newest first."""
    rows, following = await login_history.list_logins(session, actor.user_id, cursor=cursor, limit=limit)
    return {"items": rows, "next_cursor": following}


@router.get("/profile/exports", operation_id="profile_export_list", response_model=Page[ExportView])
async def list_exports(session: SessionOf, actor: Actor, cursor: Cursor = None, limit: Limit = 50) -> dict[str, Any]:
    """List the archives of one's data, newest first."""
    rows, following = await exports.list_exports(session, actor.user_id, cursor=cursor, limit=limit)
    return {"items": rows, "next_cursor": following}


@router.post("/profile/exports", operation_id="profile_export_create", status_code=202, response_model=ExportView)
async def create_export(session: SessionOf, actor: Actor, request: Request, response: Response) -> Any:
    """Have an archive made of everything that is kept about one and that one owns."""
    row = await exports.request_export(request.app.state.node, session, actor)
    response.headers["Location"] = f"/api/v1/profile/exports/{row.id}"
    return row


@router.get("/profile/exports/{export_id}", operation_id="profile_export_get", response_model=ExportView)
async def get_export(export_id: str, session: SessionOf, actor: Actor) -> Any:
    """Show an archive of one's data."""
    return await exports.get_export(session, actor.user_id, export_id)


@router.get(
    "/profile/exports/{export_id}/content",
    operation_id="profile_export_content",
    response_class=Response,
    responses={200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}},
)
async def read_export(export_id: str, session: SessionOf, actor: Actor, request: Request) -> Response:
    """Return an archive of one's data: a ZIP of JSON files."""
    node: Node = request.app.state.node
    row = await exports.get_ready(session, actor.user_id, export_id)
    headers = {
        "Content-Disposition": f'attachment; filename="stormbell-{row.id}.zip"',
        "Content-Length": str(row.bytes),
        "Cache-Control": "no-store",
    }
    return StreamingResponse(exports.read_content(node, row.id), media_type="application/zip", headers=headers)

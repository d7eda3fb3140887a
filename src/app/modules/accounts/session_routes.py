"""HTTP: sessions, one's own and, for administrators, others'."""

from datetime import datetime
from typing import get_args

from fastapi import Request, Response

from app.kernel.belongings import become_service
from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router, secret
from app.modules.accounts import sessions, tokens, users
from app.modules.accounts.errors import NotASession
from app.modules.accounts.login import log_in
from app.modules.accounts.models import User, UserSession
from app.modules.accounts.origin import ClientOf, NodeOf, delete_cookie, ip_of, set_cookie
from app.modules.accounts.proof import prove_again
from app.modules.accounts.schemas import LogIn, RoleName, SessionItem, SessionProof, SessionView, UserBrief
from app.modules.accounts.settings import AccountsSettings
from app.modules.accounts.user_changes import require_may_change

PERMISSIONS = {
    "session_create": Role.PUBLIC,
    "session_get": Role.VIEWER,
    "session_end": Role.VIEWER,
    "session_prove": Role.VIEWER,
    "session_list": Role.VIEWER,
    "session_end_others": Role.VIEWER,
    "session_revoke": Role.VIEWER,
    "user_session_list": Role.ADMIN,
    "user_session_end": Role.ADMIN,
}

router = api_router("accounts")


@router.post("/sessions", operation_id="session_create", status_code=201)
@secret
async def create_session(
    body: LogIn, node: NodeOf, client: ClientOf, session: SessionOf, request: Request, response: Response
) -> SessionView:
    """Log in with a password."""
    user, row, raw = await log_in(node, session, body.email, body.password.get_secret_value(), client)
    set_cookie(request, response, raw, node.settings.of(AccountsSettings).session_seconds)
    return session_view(user, ["*"], row.expires_at)


@router.get("/sessions/current", operation_id="session_get")
async def get_session(session: SessionOf, actor: Actor) -> SessionView:
    """Say who the caller is and what it may do."""
    user = await users.get_user(session, actor.user_id)
    if actor.token_id is not None:
        expires_at = (await tokens.get_token(session, actor.user_id, actor.token_id)).expires_at
    else:
        expires_at = (await sessions.get_session(session, actor.user_id, actor.session_id or "")).expires_at
    return session_view(user, sorted(actor.scopes), expires_at)


@router.delete("/sessions/current", operation_id="session_end", status_code=204)
async def end_session(session: SessionOf, actor: Actor, request: Request, response: Response) -> None:
    """Log out."""
    if actor.session_id is None:
        raise NotASession("To make the token useless, revoke it: DELETE /api/v1/tokens/{id}")
    await sessions.end_session(session, actor.user_id, actor.session_id)
    delete_cookie(request, response)


@router.post("/sessions/current/proof", operation_id="session_prove", status_code=204)
@secret
async def prove_session(body: SessionProof, node: NodeOf, session: SessionOf, actor: Actor, request: Request) -> None:
    """Show again who one is, before adding or removing ways into the account; a new login does the same."""
    password = body.password.get_secret_value()
    await prove_again(node, session, actor, password=password, ip=ip_of(request))


@router.get("/sessions", operation_id="session_list")
async def list_sessions(
    session: SessionOf, actor: Actor, node: NodeOf, cursor: Cursor = None, limit: Limit = 50
) -> Page[SessionItem]:
    """List the caller's logins."""
    rows, following = await sessions.list_sessions(
        session, actor.user_id, node.settings.of(AccountsSettings), cursor=cursor, limit=limit
    )
    return Page(items=[_item(row, actor.session_id) for row in rows], next_cursor=following)


@router.delete("/sessions", operation_id="session_end_others", status_code=204)
async def end_other_sessions(session: SessionOf, actor: Actor) -> None:
    """Log the caller out everywhere else."""
    await sessions.end_all_sessions(session, actor.user_id, but=actor.session_id)


@router.delete("/sessions/{session_id}", operation_id="session_revoke", status_code=204)
async def revoke_session(session_id: str, session: SessionOf, actor: Actor) -> None:
    """End another login of the caller."""
    await sessions.end_session(session, actor.user_id, session_id)


@router.get("/users/{user_id}/sessions", operation_id="user_session_list")
async def list_user_sessions(
    user_id: str, session: SessionOf, actor: Actor, node: NodeOf, cursor: Cursor = None, limit: Limit = 50
) -> Page[SessionItem]:
    """List somebody's logins."""
    await users.get_user(session, user_id)
    await become_service(session)
    rows, following = await sessions.list_sessions(
        session, user_id, node.settings.of(AccountsSettings), cursor=cursor, limit=limit
    )
    return Page(items=[_item(row, actor.session_id) for row in rows], next_cursor=following)


@router.delete("/users/{user_id}/sessions", operation_id="user_session_end", status_code=204)
async def end_user_sessions(user_id: str, session: SessionOf, actor: Actor) -> None:
    """Log somebody out everywhere; what they have open closes within seconds."""
    require_may_change(actor, await users.get_user(session, user_id))
    await become_service(session)
    await sessions.end_all_sessions(session, user_id)


def session_view(user: User, scopes: list[str], expires_at: datetime | None) -> SessionView:
    """Return what a caller is told about itself."""
    brief = UserBrief.model_validate(user)
    roles = [name for name in get_args(RoleName) if Role[name.upper()] <= Role[brief.role.upper()]]
    return SessionView(user=brief, role=brief.role, roles=roles, scopes=scopes, expires_at=expires_at)


def _item(row: UserSession, current: str | None) -> SessionItem:
    fields = [name for name in SessionItem.model_fields if name != "current"]
    return SessionItem(**{name: getattr(row, name) for name in fields}, current=row.id == current)

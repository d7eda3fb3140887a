"""HTTP: setup, sessions, tokens, users."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from app.kernel.node import Node
from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router, secret
from app.modules.accounts import sessions, setup, tokens, users
from app.modules.accounts.credentials import is_secret
from app.modules.accounts.errors import NotASession
from app.modules.accounts.login import Client, log_in, start_session
from app.modules.accounts.models import User
from app.modules.accounts.origin import delete_cookie, find_secret, require_same_origin, set_cookie
from app.modules.accounts.schemas import (
    LogIn,
    SessionItem,
    SessionView,
    SetupComplete,
    SetupView,
    TokenCreate,
    TokenMade,
    TokenView,
    UserBrief,
    UserView,
)
from app.modules.accounts.settings import AccountsSettings

PERMISSIONS = {
    "setup_get": Role.PUBLIC,
    "setup_complete": Role.PUBLIC,
    "session_create": Role.PUBLIC,
    "session_get": Role.VIEWER,
    "session_end": Role.VIEWER,
    "session_list": Role.VIEWER,
    "session_revoke": Role.VIEWER,
    "token_list": Role.VIEWER,
    "token_create": Role.VIEWER,
    "token_revoke": Role.VIEWER,
    "user_list": Role.ADMIN,
}

router = api_router("accounts")


def node_of(request: Request) -> Node:
    """Return this process's node."""
    node: Node = request.app.state.node
    return node


NodeOf = Annotated[Node, Depends(node_of)]


def client_of(request: Request) -> Client:
    """Return where the request comes from; no page of another site may log a browser in (login CSRF)."""
    require_same_origin(request, browser=False)
    old = find_secret(request)
    return Client(
        ip=request.client.host if request.client else "local",
        user_agent=request.headers.get("User-Agent"),
        old_secret=old if old is not None and is_secret(old) else None,
    )


ClientOf = Annotated[Client, Depends(client_of)]


@router.get("/setup", operation_id="setup_get")
async def get_setup(session: SessionOf) -> SetupView:
    """Say whether the owner has still to be created."""
    return SetupView(needed=not await users.owner_exists(session))


@router.post("/setup", operation_id="setup_complete", status_code=201)
@secret
async def complete_setup(
    body: SetupComplete, node: NodeOf, client: ClientOf, session: SessionOf, request: Request, response: Response
) -> SessionView:
    """Create the owner with the setup link's token, and log in."""
    user = await setup.complete_setup(
        node, session, body.token, email=body.email, name=body.name, password=body.password.get_secret_value()
    )
    row, raw = await start_session(node, session, user, client)
    set_cookie(request, response, raw, node.settings.of(AccountsSettings).session_seconds)
    return _view(user, ["*"], row.expires_at)


@router.post("/sessions", operation_id="session_create", status_code=201)
@secret
async def create_session(
    body: LogIn, node: NodeOf, client: ClientOf, session: SessionOf, request: Request, response: Response
) -> SessionView:
    """Log in with a password."""
    user, row, raw = await log_in(node, session, body.email, body.password.get_secret_value(), client)
    set_cookie(request, response, raw, node.settings.of(AccountsSettings).session_seconds)
    return _view(user, ["*"], row.expires_at)


@router.get("/sessions/current", operation_id="session_get")
async def get_session(session: SessionOf, actor: Actor) -> SessionView:
    """Say who the caller is and what it may do."""
    user = await users.get_user(session, actor.user_id)
    if actor.token_id is not None:
        expires_at = (await tokens.get_token(session, actor.user_id, actor.token_id)).expires_at
    else:
        expires_at = (await sessions.get_session(session, actor.user_id, actor.session_id or "")).expires_at
    return _view(user, sorted(actor.scopes), expires_at)


@router.delete("/sessions/current", operation_id="session_end", status_code=204)
async def end_session(session: SessionOf, actor: Actor, request: Request, response: Response) -> None:
    """Log out."""
    if actor.session_id is None:
        raise NotASession("To make the token useless, revoke it: DELETE /api/v1/tokens/{id}")
    await sessions.end_session(session, actor.user_id, actor.session_id)
    delete_cookie(request, response)


@router.get("/sessions", operation_id="session_list")
async def list_sessions(
    session: SessionOf, actor: Actor, node: NodeOf, cursor: Cursor = None, limit: Limit = 50
) -> Page[SessionItem]:
    """List the caller's logins."""
    rows, following = await sessions.list_sessions(
        session, actor.user_id, node.settings.of(AccountsSettings), cursor=cursor, limit=limit
    )
    fields = [name for name in SessionItem.model_fields if name != "current"]
    items = [
        SessionItem(**{name: getattr(row, name) for name in fields}, current=row.id == actor.session_id) for row in rows
    ]
    return Page(items=items, next_cursor=following)


@router.delete("/sessions/{session_id}", operation_id="session_revoke", status_code=204)
async def revoke_session(session_id: str, session: SessionOf, actor: Actor) -> None:
    """End another login of the caller."""
    await sessions.end_session(session, actor.user_id, session_id)


@router.get("/tokens", operation_id="token_list", response_model=Page[TokenView])
async def list_tokens(session: SessionOf, actor: Actor, cursor: Cursor = None, limit: Limit = 50) -> dict[str, Any]:
    """List the caller's API tokens."""
    rows, following = await tokens.list_tokens(session, actor.user_id, cursor=cursor, limit=limit)
    return {"items": rows, "next_cursor": following}


@router.post("/tokens", operation_id="token_create", status_code=201)
@secret
async def create_token(body: TokenCreate, session: SessionOf, actor: Actor, node: NodeOf) -> TokenMade:
    """Make an API token; its secret is in this answer only, so a repeated request makes another one."""
    scopes = body.scopes if body.scopes is not None else sorted(actor.scopes)
    await tokens.require_narrower(session, actor, node.permissions, scopes, body.expires_at)
    row, raw = await tokens.create_token(session, actor.user_id, body.name, scopes, body.expires_at)
    return TokenMade(**TokenView.model_validate(row).model_dump(), token=raw)


@router.delete("/tokens/{token_id}", operation_id="token_revoke", status_code=204)
async def revoke_token(token_id: str, session: SessionOf, actor: Actor) -> None:
    """Make an API token of the caller useless."""
    await tokens.revoke_token(session, actor.user_id, token_id)


@router.get("/users", operation_id="user_list", response_model=Page[UserView])
async def list_users(session: SessionOf, cursor: Cursor = None, limit: Limit = 50) -> dict[str, Any]:
    """List everybody."""
    rows, following = await users.list_users(session, cursor=cursor, limit=limit)
    return {"items": rows, "next_cursor": following}


def _view(user: User, scopes: list[str], expires_at: datetime | None) -> SessionView:
    brief = UserBrief.model_validate(user)
    return SessionView(user=brief, role=brief.role, scopes=scopes, expires_at=expires_at)

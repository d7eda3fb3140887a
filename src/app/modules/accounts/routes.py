"""HTTP: setup, sessions, tokens."""

from typing import Any

from fastapi import Request, Response

from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router, secret
from app.modules.accounts import setup, tokens, users
from app.modules.accounts.login import start_session
from app.modules.accounts.origin import ClientOf, NodeOf, set_cookie
from app.modules.accounts.proof import require_recent
from app.modules.accounts.schemas import SessionView, SetupComplete, SetupView, TokenCreate, TokenMade, TokenView
from app.modules.accounts.session_routes import session_view
from app.modules.accounts.settings import AccountsSettings

PERMISSIONS = {
    "setup_get": Role.PUBLIC,
    "setup_complete": Role.PUBLIC,
    "token_list": Role.VIEWER,
    "token_create": Role.VIEWER,
    "token_revoke": Role.VIEWER,
}

router = api_router("accounts")


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
    return session_view(user, ["*"], row.expires_at)


@router.get("/tokens", operation_id="token_list", response_model=Page[TokenView])
async def list_tokens(session: SessionOf, actor: Actor, cursor: Cursor = None, limit: Limit = 50) -> dict[str, Any]:
    """List the caller's API tokens."""
    rows, following = await tokens.list_tokens(session, actor.user_id, cursor=cursor, limit=limit)
    return {"items": rows, "next_cursor": following}


@router.post("/tokens", operation_id="token_create", status_code=201)
@secret
async def create_token(body: TokenCreate, session: SessionOf, actor: Actor, node: NodeOf) -> TokenMade:
    """Make an API token; its secret is in this answer only, so a repeated request makes another one."""
    if actor.session_id is not None:
        await require_recent(node, actor)
    row, raw = await tokens.issue_token(
        session, actor, node.permissions, name=body.name, scopes=body.scopes, expires_at=body.expires_at
    )
    return TokenMade(**TokenView.model_validate(row).model_dump(), token=raw)


@router.delete("/tokens/{token_id}", operation_id="token_revoke", status_code=204)
async def revoke_token(token_id: str, session: SessionOf, actor: Actor) -> None:
    """Make an API token of the caller useless, and those that were made with it."""
    await tokens.revoke_token(session, actor.user_id, token_id)

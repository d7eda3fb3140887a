"""HTTP: which ways to log in there are, logins in two steps, and the ways a user has added."""

from typing import Any

from fastapi import Request, Response

from app.kernel.principal import Actor, Principal, Role
from app.kernel.web import SessionOf, api_router, own_record, secret
from app.modules.accounts import identities, users
from app.modules.accounts.login import begin_login, finish_identity, finish_login
from app.modules.accounts.login_errors import NeedsSession
from app.modules.accounts.login_methods import methods_of
from app.modules.accounts.login_schemas import (
    IdentityBegin,
    IdentityChange,
    IdentityList,
    IdentityView,
    LoginBegin,
    LoginBegun,
    LoginDone,
    LoginFinish,
    LoginMethodList,
    LoginMethodView,
)
from app.modules.accounts.origin import ClientOf, NodeOf, bind_browser, own_origin, set_cookie
from app.modules.accounts.proof import require_recent
from app.modules.accounts.session_routes import session_view
from app.modules.accounts.settings import AccountsSettings

PERMISSIONS = {
    "login_method_list": Role.PUBLIC,
    "login_begin": Role.PUBLIC,
    "login_finish": Role.PUBLIC,
    "identity_list": Role.VIEWER,
    "identity_begin": Role.VIEWER,
    "identity_finish": Role.VIEWER,
    "identity_rename": Role.VIEWER,
    "identity_remove": Role.VIEWER,
}

router = api_router("accounts")


@router.get("/login-methods", operation_id="login_method_list")
async def list_login_methods(node: NodeOf, request: Request) -> LoginMethodList:
    """List the ways to log in from where this request came from."""
    origin = own_origin(request)
    methods = await methods_of(node)
    items = [
        LoginMethodView(name=name, title=method.title, kind=method.kind)
        for name, method in methods.items()
        if method.offered(origin)
    ]
    sign_up = node.settings.of(AccountsSettings).sign_up
    return LoginMethodList(items=items, resets="password" in methods, sign_up=sign_up)


@router.post("/logins", operation_id="login_begin", status_code=201)
@own_record  # how it ends is audited: strangers may begin as many as they like
@secret
async def begin(body: LoginBegin, node: NodeOf, client: ClientOf, request: Request, response: Response) -> LoginBegun:
    """Begin a login that takes more than a form: at a provider, or with a passkey."""
    flow, beginning = await begin_login(
        node,
        body.method,
        origin=own_origin(request),
        next_path=body.next,
        browser=bind_browser(request, response, client),
    )
    return LoginBegun(method=flow.method, state=flow.state, url=beginning.url, public_key=_json(beginning.public_key))


@router.post("/logins/finish", operation_id="login_finish", status_code=201)
@secret
async def finish(
    body: LoginFinish, node: NodeOf, client: ClientOf, session: SessionOf, request: Request, response: Response
) -> LoginDone:
    """End a login that this browser began, with what the provider or the passkey answered."""
    user, row, raw, next_path = await finish_login(node, session, body.method, body.state, body.answer, client)
    set_cookie(request, response, raw, node.settings.of(AccountsSettings).session_seconds)
    return LoginDone(**session_view(user, ["*"], row.expires_at).model_dump(), next=next_path)


@router.get("/identities", operation_id="identity_list")
async def list_identities(session: SessionOf, actor: Actor) -> IdentityList:
    """List the caller's passkeys and accounts at providers."""
    items = await identities.list_identities(session, actor.user_id)
    user = await users.get_user(session, actor.user_id)
    return IdentityList(
        items=[IdentityView.model_validate(item) for item in items], has_password=user.password_hash is not None
    )


@router.post("/identities", operation_id="identity_begin", status_code=201)
@secret
async def begin_identity(
    body: IdentityBegin,
    node: NodeOf,
    actor: Actor,
    client: ClientOf,
    request: Request,
    response: Response,
) -> LoginBegun:
    """Begin to add a way to log in to the caller's, who has shown lately who they are."""
    await require_recent(node, actor)
    flow, beginning = await begin_login(
        node,
        body.method,
        origin=own_origin(request),
        next_path=body.next,
        browser=bind_browser(request, response, client),
        user_id=actor.user_id,
    )
    return LoginBegun(method=flow.method, state=flow.state, url=beginning.url, public_key=_json(beginning.public_key))


@router.post("/identities/finish", operation_id="identity_finish", status_code=201)
@secret
async def add_identity(
    body: LoginFinish, node: NodeOf, actor: Actor, client: ClientOf, session: SessionOf
) -> IdentityList:
    """Add the way to log in that this browser began to add; return all the caller has."""
    _require_session(actor)
    await finish_identity(node, session, body.method, body.state, body.answer, client, actor)
    return await list_identities(session, actor)


@router.patch("/identities/{identity_id}", operation_id="identity_rename")
async def rename_identity(identity_id: str, body: IdentityChange, session: SessionOf, actor: Actor) -> IdentityView:
    """Give a passkey of the caller another name."""
    return IdentityView.model_validate(await identities.rename_passkey(session, actor.user_id, identity_id, body.name))


@router.delete("/identities/{identity_id}", operation_id="identity_remove", status_code=204)
async def remove_identity(identity_id: str, node: NodeOf, session: SessionOf, actor: Actor) -> None:
    """Remove a passkey or an account at a provider; the only way to log in stays."""
    if actor.session_id is not None:
        await require_recent(node, actor)
    await identities.remove_identity(session, actor, identity_id)


def _require_session(actor: Principal) -> None:
    if actor.session_id is None:
        raise NeedsSession("Add it in a browser, logged in")


def _json(public_key: Any) -> dict[str, Any] | None:
    return None if public_key is None else dict(public_key)

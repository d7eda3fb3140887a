"""Logging in: count the attempt (transaction), find out who it is (none), record (the request's transaction)."""

from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.audit import note
from app.kernel.belongings import become_service
from app.kernel.bus import publish
from app.kernel.errors import Invalid, Problem, items_of
from app.kernel.node import Node
from app.kernel.principal import Principal
from app.modules.accounts.errors import CredentialsInvalid
from app.modules.accounts.events import UNKNOWN_USER, LoggedIn, LoginFailed
from app.modules.accounts.flows import open_flow, take_flow
from app.modules.accounts.identities import add_way, user_of
from app.modules.accounts.login_errors import AccountDisabled, LoginMethodUnknown, OfSomebody, PasskeyRefused
from app.modules.accounts.login_history import LoginOutcome, lately_throttled, record_login
from app.modules.accounts.login_methods import method_of
from app.modules.accounts.login_models import Passkey
from app.modules.accounts.method import Beginning, Client, Flow, Identity, LoginMethod
from app.modules.accounts.models import User, UserSession
from app.modules.accounts.sessions import end_session_of_secret, open_session
from app.modules.accounts.settings import AccountsSettings
from app.modules.accounts.throttle import count_attempt, forgive, is_news
from app.modules.accounts.users import find_user

log = structlog.get_logger(__name__)

PASSWORD = "password"  # noqa: S105 (the name of a method)
_OUTCOMES: Mapping[int, LoginOutcome] = {401: "failed", 403: "refused", 429: "throttled"}  # by a problem's status


async def log_in(
    node: Node, session: AsyncSession, email: str, password: str, client: Client
) -> tuple[User, UserSession, str]:
    """Log in with a password: open a session and return it with its secret; the session the browser had is ended.

    Unknown, disabled and wrong are one answer after one time. Announces account.logged_in or account.login_failed.
    Raises CredentialsInvalid (401), LoginThrottled (429), LoginMethodUnknown (404) where passwords are off.
    """
    flow = Flow(state="", method=PASSWORD, origin="", browser="")
    return await _finish(node, session, flow, {"email": email, "password": password}, client)


async def begin_login(
    node: Node, name: str, *, origin: str, next_path: str, browser: str, user_id: str | None = None
) -> tuple[Flow, Beginning]:
    """Begin a login, or with ``user_id`` the adding of a further way to log in; own transaction, then the network.

    Raises LoginMethodUnknown (404), NextInvalid (422) and what the method raises.
    """
    method = await method_of(node, name)
    if not method.offered(origin) or (user_id is not None and method.kind == "form"):
        raise LoginMethodUnknown(f"{name!r} cannot be used at {origin}")
    async with node.database.transaction() as session:
        flow = await open_flow(session, name, browser=browser, origin=origin, next_path=next_path, user_id=user_id)
    return flow, await method.begin(flow)


async def finish_login(
    node: Node, session: AsyncSession, name: str, state: str, answer: Mapping[str, Any], client: Client
) -> tuple[User, UserSession, str, str]:
    """End a login with the browser's answer; return also the page to go to.

    Announces account.logged_in or account.login_failed, and account.created for whom a provider vouched. Raises
    LoginMethodUnknown (404), LoginEnded (410), Invalid (422), CredentialsInvalid or ProviderRefused (401),
    IdentityUnknown or AccountDisabled (403), LoginThrottled (429).
    """
    await method_of(node, name)
    async with node.database.transaction() as taking:
        flow = await take_flow(taking, name, state, browser=client.browser)
    return *await _finish(node, session, flow, answer, client), flow.next_path


async def finish_identity(
    node: Node,
    session: AsyncSession,
    name: str,
    state: str,
    answer: Mapping[str, Any],
    client: Client,
    actor: Principal,
) -> None:
    """Add the way to log in that the caller began to add in this browser.

    Raises LoginMethodUnknown (404), LoginEnded (410), Invalid (422), what the method raises and as :func:`add_way`.
    """
    method = await method_of(node, name)
    async with node.database.transaction() as taking:
        flow = await take_flow(taking, name, state, browser=client.browser, user_id=actor.user_id)
    identity = await method.finish(flow, read_answer(method, answer))
    await add_way(session, actor, name, identity)
    note(session, "account.identity_added", object_id=actor.user_id, data={"method": name})


async def start_session(
    node: Node, session: AsyncSession, user: User, client: Client, *, method: str = PASSWORD
) -> tuple[UserSession, str]:
    """Open a session for somebody who has just proved who they are, as the service. Announces account.logged_in."""
    if client.old_secret is not None:
        await end_session_of_secret(session, client.old_secret)
    settings = node.settings.of(AccountsSettings)
    row, raw = await open_session(session, user, settings, ip=client.ip, user_agent=client.user_agent, method=method)
    publish(session, LoggedIn(subject_id=user.id, actor=user.id, name=user.name, ip=client.ip))
    await record_login(
        session, method=method, outcome="succeeded", user_id=user.id, ip=client.ip, user_agent=client.user_agent
    )
    return row, raw


def read_answer(method: LoginMethod, answer: Mapping[str, Any]) -> Any:
    """Return a browser's answer as the method wants it. Raises Invalid (422) naming what is wrong."""
    try:
        return method.answer.model_validate(answer)
    except ValueError as error:
        items = items_of(getattr(error, "errors", list)(), "body", "answer")
        raise Invalid("; ".join(f"{item.pointer}: {item.message}" for item in items[:3]), errors=items) from None


async def _finish(
    node: Node, session: AsyncSession, flow: Flow, raw_answer: Mapping[str, Any], client: Client
) -> tuple[User, UserSession, str]:
    method = await method_of(node, flow.method)
    answer = read_answer(method, raw_answer)
    email = str(answer.email).strip().lower() if method.guessable else None
    try:
        if email is not None:
            async with node.database.transaction() as counting:
                await count_attempt(counting, email, client.ip)
        identity = await method.finish(flow, answer)
        await become_service(session)  # the request is still nobody's, who sees no way in
        user = await _user(node, session, flow.method, identity)
    except Problem as problem:
        if problem.status in _OUTCOMES:
            await session.rollback()  # or this request would hold two connections
            await _record_failure(node, flow.method, email, client, problem)
        raise
    if email is not None:
        await forgive(session, email, client.ip)
    return user, *await start_session(node, session, user, client, method=flow.method)


async def _user(node: Node, session: AsyncSession, method: str, identity: Identity) -> User:
    # Locked, and what was shown compared again: it may have been taken from the account while the method looked.
    if identity.user_id is None:
        user = await user_of(node, session, method, identity)
    else:
        known = await session.get(User, identity.user_id, with_for_update={"key_share": True})
        if known is None:
            raise CredentialsInvalid("The account was deleted just now")
        user = known
    if identity.basis is not None and (user.disabled_at is not None or user.password_hash != identity.basis):
        raise CredentialsInvalid("The account changed just now")
    if identity.passkey_id is not None:
        own = select(Passkey.id).where(Passkey.id == identity.passkey_id, Passkey.user_id == user.id)
        if await session.scalar(own) is None:
            raise PasskeyRefused("It was removed just now").of(user.id)
    if user.disabled_at is not None:
        raise AccountDisabled("Ask an administrator").of(user.id)
    return user


async def _record_failure(node: Node, method: str, email: str | None, client: Client, problem: Problem) -> None:
    outcome = _OUTCOMES[problem.status]
    async with node.database.transaction() as failing:
        user = await _whose(failing, email, problem)
        user_id = user.id if user is not None else None
        if outcome == "throttled":
            if await lately_throttled(failing, user_id=user_id, email=email or "", ip=client.ip):
                return
        elif await is_news(failing, email or "", client.ip):
            fact = LoginFailed(
                subject_id=user_id or UNKNOWN_USER, name=user.name if user is not None else None, ip=client.ip
            )
            publish(failing, fact)
        if user_id is not None:
            note(
                failing,
                "account.login_failed",
                object_id=user_id,
                data={
                    "name": user.name if user is not None else None,
                    "method": method,
                    "ip": client.ip,
                    "code": problem.code,
                    "why": problem.detail,
                },
                outcome="refused",
            )
        await record_login(
            failing,
            method=method,
            outcome=outcome,
            user_id=user_id,
            email=email,
            ip=client.ip,
            user_agent=client.user_agent,
        )
    log.warning("login failed", method=method, user_id=user_id, ip=client.ip, code=problem.code)


async def _whose(session: AsyncSession, email: str | None, problem: Problem) -> User | None:
    if isinstance(problem, OfSomebody) and problem.user_id is not None:
        return await session.get(User, problem.user_id)
    return await find_user(session, email) if email is not None else None

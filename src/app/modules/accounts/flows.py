"""Logins and consents under way: bound to the browser they began in, ended once, over after ten minutes."""

import re
from datetime import timedelta
from urllib.parse import unquote

from sqlalchemy import delete, func
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.errors import ProblemItem
from app.modules.accounts.credentials import digest, is_secret, new_secret
from app.modules.accounts.login_errors import LoginEnded, NextInvalid
from app.modules.accounts.login_models import LoginFlow
from app.modules.accounts.method import Flow

FLOW_SECONDS = 600
LIFETIME = timedelta(seconds=FLOW_SECONDS)
LONGEST_PATH = 2000
_PRINTABLE = re.compile(r"/[!-\[\]-~]*")  # ASCII without space and backslash
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\\]")


async def open_flow(
    session: AsyncSession,
    method: str,
    *,
    browser: str,
    origin: str,
    next_path: str = "/",
    user_id: str | None = None,
    subject_id: str | None = None,
) -> Flow:
    """Begin a login by ``method`` in the browser whose cookie holds ``browser``. Raises NextInvalid (422).

    With ``user_id`` it links a further way to log in; with ``subject_id`` as well it is a consent about that thing.
    """
    flow = Flow(
        state=new_secret(),
        method=method,
        origin=origin,
        next_path=safe_path(next_path),
        user_id=user_id,
        subject_id=subject_id,
        browser=browser,
    )
    row = LoginFlow(
        sha256=digest(flow.state),
        browser_sha256=digest(browser),
        method=method,
        purpose=_purpose(user_id, consent=subject_id is not None),
        user_id=user_id,
        subject_id=subject_id,
        origin=origin,
        next_path=flow.next_path,
        expires_at=func.now() + LIFETIME,
    )
    session.add(row)
    await session.flush()
    return flow


async def take_flow(
    session: AsyncSession,
    method: str,
    state: str,
    *,
    browser: str | None,
    user_id: str | None = None,
    consent: bool = False,
) -> Flow:
    """Take a login, or a ``consent``, out, so that nobody can end it again. Raises LoginEnded (410).

    A state another browser, method or user began is as unknown as one nobody began, and stays for whom it is.
    """
    if browser is None or not is_secret(browser) or not is_secret(state):
        raise LoginEnded("This browser has begun no such login")
    mine = LoginFlow.user_id.is_(None) if user_id is None else LoginFlow.user_id == user_id
    row = await session.scalar(
        delete(LoginFlow)
        .where(
            LoginFlow.sha256 == digest(state),
            LoginFlow.browser_sha256 == digest(browser),
            LoginFlow.method == method,
            LoginFlow.purpose == _purpose(user_id, consent=consent),
            mine,
            LoginFlow.expires_at > func.now(),
        )
        .returning(LoginFlow)
    )
    if row is None:
        raise LoginEnded("This browser has begun no such login, or it is over")
    return Flow(
        state=state,
        method=method,
        origin=row.origin,
        next_path=row.next_path,
        user_id=row.user_id,
        subject_id=row.subject_id,
        browser=browser,
    )


async def end_consents(session: AsyncSession, subject_id: str) -> None:
    """End every consent that is under way about a thing: it changed, or is gone."""
    await session.execute(delete(LoginFlow).where(LoginFlow.subject_id == subject_id))


def safe_path(path: str) -> str:
    """Return ``path`` when it leads to a page of ours, however a browser reads it. Raises NextInvalid (422).

    Browsers drop tabs and line breaks, take a backslash for a slash and ``//host`` for another server (WHATWG URL).
    """
    place = re.split(r"[?#]", path, maxsplit=1)[0]
    once = unquote(place)
    readings = (place, once, unquote(once))
    if (
        len(path) > LONGEST_PATH
        or not _PRINTABLE.fullmatch(path)
        or any("//" in reading or _CONTROLS.search(reading) for reading in readings)
    ):
        why = "It has to be a path on this server that begins with a single slash, such as /incidents"
        raise NextInvalid(why, errors=[ProblemItem(pointer="/body/next", message=why)])
    return path


def _purpose(user_id: str | None, *, consent: bool) -> str:
    return "consent" if consent else "login" if user_id is None else "link"

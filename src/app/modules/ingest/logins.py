"""Feeds that want a login: the setting ``credential`` of a polled source names what it logs in with."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.errors import ProblemItem
from app.kernel.node import Node
from app.modules import credentials
from app.modules.ingest.errors import SourceSettingsInvalid
from app.modules.ingest.source import PollState

SETTING = "credential"
KINDS = ("bearer", "password", "oauth")


async def state_of(node: Node, source: str, owner_id: str, settings: Mapping[str, Any], state: PollState) -> PollState:
    """Return what a poll begins with, with the headers that log it in. Raises as ``credentials.use``."""
    if not (credential_id := settings.get(SETTING)):
        return state
    async with credentials.use(node, credential_id, user=owner_id, purpose=f"source {source}") as secret:
        return replace(state, login=credentials.http_headers(secret))


async def require_usable(session: AsyncSession, settings: Mapping[str, Any], *user_ids: str) -> None:
    """Refuse settings that name a credential one of the users may not use, or that is of no use to a feed.

    Whoever changes a source has to be one of them: its address decides who is shown the secret.
    Raises CredentialNotFound (404), SourceSettingsInvalid (422).
    """
    if not (credential_id := settings.get(SETTING)):
        return
    for user_id in user_ids:
        kind = (await credentials.usable(session, credential_id, user_id)).kind
        if kind not in KINDS:
            why = f"A feed is logged in to with a credential of the kind {', '.join(KINDS)}; this is {kind}"
            raise SourceSettingsInvalid(why, errors=[ProblemItem(pointer=f"/body/settings/{SETTING}", message=why)])

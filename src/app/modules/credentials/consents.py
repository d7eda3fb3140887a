"""Letting the house in elsewhere: a person consents at the service, and what it gives becomes the credential's secret.

A consent is a login's flow with another end: the same state, the same binding to a browser, the same ten minutes.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from app.kernel.errors import Invalid, items_of
from app.kernel.node import Node
from app.kernel.principal import Principal
from app.kernel.redaction import register_secret
from app.modules import accounts
from app.modules.accounts import Flow
from app.modules.credentials.credentials import (
    CONNECT,
    begin_anew,
    connect_path,
    held,
    kind_of,
    own_credential,
    place,
    status_of,
)
from app.modules.credentials.errors import ConsentEnded, ConsentImpossible
from app.modules.credentials.kind import Answer, Consent, ConsentKind
from app.modules.credentials.models import Credential


async def begin_consent(
    node: Node, session: AsyncSession, credential_id: str, actor: Principal, *, origin: str, browser: str
) -> tuple[Flow, Consent, str]:
    """Begin to connect a credential; return the flow, what it leads back to, and the service's page.

    The service leads back to ``origin``, such as "https://stormbell.example.org"; ``browser`` is the secret that only
    whoever began has. Raises CredentialNotFound (404), CredentialNotYours (403), ConsentImpossible (409).
    """
    # Locked, so that a replacement ends this consent too, or is seen by it.
    row = await own_credential(session, credential_id, actor, lock=True)
    driver, service = _asking(row)
    known = held(node.vault, await _with_secret(session, row.id))
    flow = await accounts.open_flow(
        session, service, browser=browser, origin=origin, user_id=actor.user_id, subject_id=row.id
    )
    consent = _consent(flow)
    return flow, consent, driver.consent_page(known, consent)


async def finish_consent(
    node: Node,
    session: AsyncSession,
    service: str,
    state: str,
    answer: Mapping[str, Any],
    actor: Principal,
    *,
    browser: str | None,
) -> Credential:
    """Exchange a person's answer for a grant, which takes the place of the credential's secret.

    Announces credential.changed. Raises Unauthenticated (401) when the caller's session ended meanwhile, Invalid (422),
    ConsentEnded (410), ConsentRefused (409), EgressDenied (403), RemoteProblem (502, 504), VaultLocked (503).
    """
    said = _read(answer)
    # Taken out before anything else: whatever comes of it, the same answer is not tried again.
    async with node.database.transaction() as taking:
        try:
            flow = await accounts.take_flow(
                taking, service, state, browser=browser, user_id=actor.user_id, consent=True
            )
        except accounts.LoginEnded as over:
            raise ConsentEnded("Nothing of this was begun here, or it is over") from over
        assert flow.subject_id is not None
        before = await _with_secret(taking, flow.subject_id)
        now = (await taking.execute(select(func.clock_timestamp()))).scalar_one()
    driver, service_now = _asking(before)
    if service_now != service:
        raise ConsentEnded(f"{before.name} is a credential for another service now")
    consent, known = _consent(flow), held(node.vault, before)
    for secret in (said.code, consent.verifier, *map(str, known.secret.values())):  # what it is asked with
        if secret is not None:
            register_secret(secret, lent=True)
    prepared = await driver.consented(node.http, known, consent, said, now)
    for value in prepared.secret.values():
        register_secret(str(value), lent=True)
    await accounts.require_standing(session, actor)  # a session may end while the service is asked
    row = await own_credential(session, before.id, actor, lock=True)
    if row.replaced_at != before.replaced_at:
        raise ConsentEnded(f"{row.name} was replaced meanwhile")
    place(node.vault, row, prepared)
    if status_of(row, now) == "expired":
        row.expires_at = None
    account = prepared.public.get("account")
    await begin_anew(session, row, prepared, f"was connected{f' as {account}' if account else ''}", actor)
    return row


def _asking(row: Credential) -> tuple[ConsentKind, str]:
    driver, path = kind_of(row.kind), connect_path(row)
    if not isinstance(driver, ConsentKind) or path is None:
        raise ConsentImpossible(
            f"{row.name} names no authorization address"
            if isinstance(driver, ConsentKind)
            else f"{row.name} is of the kind {row.kind}; services are asked for one of the kind oauth"
        )
    return driver, path.removeprefix(f"{CONNECT}/")


def _consent(flow: Flow) -> Consent:
    return Consent(
        redirect_address=f"{flow.origin}{CONNECT}/{flow.method}",
        state=flow.state,
        verifier=flow.derived("verifier"),
        nonce=flow.derived("nonce"),
    )


def _read(answer: Mapping[str, Any]) -> Answer:
    try:
        return Answer.model_validate(answer)
    except ValidationError as error:
        items = items_of(error.errors(include_input=False), "body", "answer")
        raise Invalid("; ".join(f"{item.pointer}: {item.message}" for item in items[:3]), errors=items) from None


async def _with_secret(session: AsyncSession, credential_id: str) -> Credential:
    query = select(Credential).where(Credential.id == credential_id).options(undefer(Credential.sealed))
    row: Credential | None = await session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise ConsentEnded("The credential is gone")
    return row

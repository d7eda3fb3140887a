"""``/credentials/…/consents`` and ``/consents/finish``: a person lets the house in at a service."""

from datetime import timedelta

from fastapi import Request, Response
from sqlalchemy import func, select

from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router, secret
from app.modules import accounts
from app.modules.accounts import ClientOf
from app.modules.credentials import consents, credentials
from app.modules.credentials.consent_schemas import ConsentBegin, ConsentBegun, ConsentFinish
from app.modules.credentials.errors import ConsentImpossible
from app.modules.credentials.schemas import CredentialView

PERMISSIONS = {"consent_begin": Role.RUNNER, "consent_finish": Role.RUNNER}

router = api_router("credentials")


@router.post("/credentials/{credential_id}/consents", operation_id="consent_begin", status_code=201)
@secret
async def begin(
    credential_id: str,
    body: ConsentBegin,
    session: SessionOf,
    actor: Actor,
    client: ClientOf,
    request: Request,
    response: Response,
) -> ConsentBegun:
    """Begin to connect a credential at its service, in this browser or with a program that listens on this machine."""
    if actor.by_cookie == (body.loopback_port is not None):
        raise ConsentImpossible(
            "A browser is led back to this server; leave loopback_port out"
            if actor.by_cookie
            else "The answer comes to a browser: say with loopback_port where your program waits for it"
        )
    binding = None if actor.by_cookie else accounts.new_secret()
    flow, consent, url = await consents.begin_consent(
        request.app.state.node,
        session,
        credential_id,
        actor,
        origin=accounts.own_origin(request) if binding is None else f"http://127.0.0.1:{body.loopback_port}",
        browser=binding or accounts.bind_browser(request, response, client),
    )
    return ConsentBegun(
        url=url,
        redirect_address=consent.redirect_address,
        service=flow.method,
        state=flow.state,
        binding=binding,
        expires_at=(await session.execute(select(func.now()))).scalar_one() + timedelta(seconds=accounts.FLOW_SECONDS),
    )


@router.post("/consents/finish", operation_id="consent_finish")
@secret
async def finish(
    body: ConsentFinish, session: SessionOf, actor: Actor, client: ClientOf, request: Request
) -> CredentialView:
    """End a consent with what the service answered; what it gives takes the place of the credential's secret."""
    row = await consents.finish_consent(
        request.app.state.node,
        session,
        body.service,
        body.state,
        body.answer,
        actor,
        browser=client.browser if actor.by_cookie else body.binding,
    )
    return credentials.view(row, (await session.execute(select(func.now()))).scalar_one())

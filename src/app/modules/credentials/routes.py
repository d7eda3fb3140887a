"""``/credentials`` and ``/vault/keys``. No answer holds a secret."""

from typing import Annotated

from fastapi import Query, Request, Response
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router, secret
from app.modules.credentials import certificates, checks, credentials, rekeying
from app.modules.credentials.models import Credential
from app.modules.credentials.schemas import (
    CertificateView,
    CertificateWanted,
    CredentialChange,
    CredentialCreate,
    CredentialReplace,
    CredentialTestStarted,
    CredentialUseView,
    CredentialView,
    RotationStarted,
    VaultKeyList,
)
from app.modules.credentials.uses import list_uses

PERMISSIONS = {
    "credential_list": Role.VIEWER,
    "credential_get": Role.VIEWER,
    "credential_create": Role.RUNNER,
    "credential_change": Role.RUNNER,
    "credential_replace": Role.RUNNER,
    "credential_remove": Role.RUNNER,
    "credential_test": Role.RUNNER,
    "credential_use_list": Role.RUNNER,
    "credential_sign": Role.RUNNER,
    "vault_key_list": Role.ADMIN,
    "vault_key_rotate": Role.ADMIN,
}

router = api_router("credentials")


@router.get("/credentials", operation_id="credential_list")
async def list_credentials(
    session: SessionOf,
    kind: Annotated[str | None, Query(max_length=100, description="Only of this kind")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[CredentialView]:
    """List the credentials you may see, newest first."""
    rows, following = await credentials.list_credentials(session, kind=kind, cursor=cursor, limit=limit)
    now = (await session.execute(select(func.now()))).scalar_one()
    return Page(items=[credentials.view(row, now) for row in rows], next_cursor=following)


@router.post("/credentials", operation_id="credential_create", status_code=201)
@secret
async def create_credential(
    body: CredentialCreate, session: SessionOf, actor: Actor, request: Request, response: Response
) -> CredentialView:
    """Keep a credential; its settings are those of its kind (`GET /drivers`, kind `credentials.kind`)."""
    row = await credentials.create_credential(request.app.state.node, session, body, actor)
    response.headers["Location"] = f"/api/v1/credentials/{row.id}"
    return await _view(session, row)


@router.get("/credentials/{credential_id}", operation_id="credential_get")
async def get_credential(credential_id: str, session: SessionOf) -> CredentialView:
    """Return one credential, without its secret."""
    return await _view(session, await credentials.get_credential(session, credential_id))


@router.patch("/credentials/{credential_id}", operation_id="credential_change")
async def change_credential(
    credential_id: str, body: CredentialChange, session: SessionOf, actor: Actor
) -> CredentialView:
    """Rename a credential, or set when it ends or is to be replaced."""
    return await _view(session, await credentials.change_credential(session, credential_id, body, actor))


@router.put("/credentials/{credential_id}/secret", operation_id="credential_replace")
@secret
async def replace_credential(
    credential_id: str, body: CredentialReplace, session: SessionOf, actor: Actor, request: Request
) -> CredentialView:
    """Put another secret of the same kind in its place."""
    node = request.app.state.node
    return await _view(session, await credentials.replace_credential(node, session, credential_id, body, actor))


@router.delete("/credentials/{credential_id}", operation_id="credential_remove", status_code=204)
async def remove_credential(credential_id: str, session: SessionOf, actor: Actor, request: Request) -> None:
    """Remove a credential and its secret. Refused while something uses it."""
    await credentials.remove_credential(request.app.state.node, session, credential_id, actor)


@router.post("/credentials/{credential_id}/test", operation_id="credential_test", status_code=202)
async def test_credential(
    credential_id: str, session: SessionOf, actor: Actor, request: Request, response: Response
) -> CredentialTestStarted:
    """Try a credential where it is used, as a job; how it went shows on the credential."""
    job_id = await checks.start_test(request.app.state.node, session, credential_id, actor)
    response.headers["Location"] = f"/api/v1/jobs/{job_id}"
    return CredentialTestStarted(job_id=job_id)


@router.get("/credentials/{credential_id}/uses", operation_id="credential_use_list")
async def list_credential_uses(
    credential_id: str, session: SessionOf, cursor: Cursor = None, limit: Limit = 50
) -> Page[CredentialUseView]:
    """List who used a credential, for what and when, newest first."""
    return await list_uses(session, credential_id, cursor=cursor, limit=limit)


@router.post("/credentials/{credential_id}/certificates", operation_id="credential_sign", status_code=201)
async def sign_certificate(
    credential_id: str, body: CertificateWanted, session: SessionOf, actor: Actor, request: Request
) -> CertificateView:
    """Sign your public key with an SSH certificate authority that is yours or shared with you for use."""
    return await certificates.sign(request.app.state.node, session, credential_id, body, actor)


@router.get("/vault/keys", operation_id="vault_key_list")
async def list_keys(session: SessionOf, request: Request) -> VaultKeyList:
    """List the keys that stored secrets are sealed with; the keys themselves are never shown."""
    return await rekeying.list_keys(request.app.state.node, session)


@router.post("/vault/keys", operation_id="vault_key_rotate", status_code=202)
async def rotate_keys(session: SessionOf, actor: Actor, request: Request, response: Response) -> RotationStarted:
    """Add a key and seal everything with it, as a job."""
    started = await rekeying.rotate_keys(request.app.state.node, session, actor)
    response.headers["Location"] = f"/api/v1/jobs/{started.job_id}"
    return started


async def _view(session: AsyncSession, row: Credential) -> CredentialView:
    return credentials.view(row, (await session.execute(select(func.now()))).scalar_one())

"""HTTP: invitations, and signing up."""

from typing import Any

from fastapi import Request

from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router, secret
from app.modules.accounts import invitations
from app.modules.accounts.invitation_schemas import (
    InvitationAccept,
    InvitationCreate,
    InvitationMade,
    InvitationView,
    SignUp,
    SignUpView,
)
from app.modules.accounts.origin import NodeOf, ip_of, own_origin, require_same_origin
from app.modules.accounts.schemas import UserBrief
from app.modules.accounts.settings import AccountsSettings
from app.modules.accounts.sign_up import sign_up

PERMISSIONS = {
    "invitation_list": Role.ADMIN,
    "invitation_create": Role.ADMIN,
    "invitation_send": Role.ADMIN,
    "invitation_revoke": Role.ADMIN,
    "invitation_accept": Role.PUBLIC,
    "sign_up_create": Role.PUBLIC,
}

router = api_router("accounts")


@router.get("/invitations", operation_id="invitation_list", response_model=Page[InvitationView])
async def list_invitations(session: SessionOf, cursor: Cursor = None, limit: Limit = 50) -> dict[str, Any]:
    """List invitations that can still be accepted, newest first."""
    rows, following = await invitations.list_invitations(session, cursor=cursor, limit=limit)
    return {"items": rows, "next_cursor": following}


@router.post("/invitations", operation_id="invitation_create", status_code=201)
@secret
async def create_invitation(
    body: InvitationCreate, node: NodeOf, session: SessionOf, actor: Actor, request: Request
) -> InvitationMade:
    """Invite somebody, by mail too; the link is in this answer only, so a repeated request makes another one."""
    origin = own_origin(request)
    row, code = await invitations.invite(node, session, actor, body.email, Role[body.role.upper()])
    by_mail = node.settings.of(AccountsSettings).mail.backend == "smtp" if body.mail is None else body.mail
    if by_mail:
        await invitations.mail_invitation(node, session, row, code, origin=origin)
    link = invitations.link_of(origin, code)
    return InvitationMade(**InvitationView.model_validate(row).model_dump(), link=link)


@router.post(
    "/invitations/{invitation_id}/mail",
    operation_id="invitation_send",
    status_code=202,
    response_model=InvitationView,
)
@secret
async def send_invitation(invitation_id: str, node: NodeOf, session: SessionOf, actor: Actor, request: Request) -> Any:
    """Mail an invitation again, with a new link that is good for another day."""
    return await invitations.send_again(node, session, actor, invitation_id, origin=own_origin(request))


@router.delete("/invitations/{invitation_id}", operation_id="invitation_revoke", status_code=204)
async def revoke_invitation(invitation_id: str, session: SessionOf) -> None:
    """Withdraw an invitation."""
    await invitations.revoke_invitation(session, invitation_id)


@router.post("/invitations/acceptance", operation_id="invitation_accept", status_code=201, response_model=UserBrief)
@secret
async def accept_invitation(body: InvitationAccept, session: SessionOf, request: Request) -> Any:
    """Make the account one was invited to; then log in."""
    require_same_origin(request, browser=False)
    return await invitations.accept_invitation(
        request.app.state.node,
        session,
        body.code,
        email=body.email,
        name=body.name,
        password=body.password.get_secret_value(),
    )


@router.post("/sign-ups", operation_id="sign_up_create", status_code=202)
@secret
async def create_sign_up(body: SignUp, session: SessionOf, request: Request) -> SignUpView:
    """Ask for an account, where that is switched on."""
    require_same_origin(request, browser=False)
    await sign_up(
        request.app.state.node,
        session,
        email=body.email,
        name=body.name,
        password=body.password.get_secret_value(),
        ip=ip_of(request),
        origin=own_origin(request),
    )
    return SignUpView()

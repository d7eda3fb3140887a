"""HTTP: codes sent by mail, to verify an address and to set a forgotten password."""

from fastapi import Request

from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router, secret
from app.modules.accounts import mail, users, verification
from app.modules.accounts.login import PASSWORD
from app.modules.accounts.login_methods import method_of
from app.modules.accounts.login_schemas import EmailVerificationRedeem, PasswordReset, PasswordResetRedeem
from app.modules.accounts.origin import ClientOf, NodeOf, own_origin
from app.modules.accounts.throttle import count_attempt

PERMISSIONS = {
    "password_reset_request": Role.PUBLIC,
    "password_reset_redeem": Role.PUBLIC,
    "email_verification_request": Role.VIEWER,
    "email_verification_redeem": Role.PUBLIC,
}

router = api_router("accounts")


@router.post("/password-resets", operation_id="password_reset_request", status_code=202)
@secret
async def request_reset(
    body: PasswordReset, node: NodeOf, client: ClientOf, session: SessionOf, request: Request
) -> None:
    """Send a code to an address, if somebody with a password has it; the answer is the same if nobody has."""
    await method_of(node, PASSWORD)
    email = users.normal_email(body.email)
    async with node.database.transaction() as counting:
        await count_attempt(counting, f"reset {email}", client.ip)
    await mail.send(node, session, mail.CodeMail(to=email, purpose="reset", origin=own_origin(request)))


@router.post("/password-resets/redeem", operation_id="password_reset_redeem", status_code=204)
@secret
async def redeem_reset(body: PasswordResetRedeem, node: NodeOf, _client: ClientOf, session: SessionOf) -> None:
    """Set a new password with the code from the mail. Every session and API token of the account ends."""
    await verification.reset_password(node, session, body.code, body.password.get_secret_value(), body.other_ways)


@router.post("/email-verifications", operation_id="email_verification_request", status_code=202)
async def request_verification(node: NodeOf, actor: Actor, session: SessionOf, request: Request) -> None:
    """Send a code to the caller's own address, to show that it is theirs."""
    user = await users.get_user(session, actor.user_id)
    await mail.send(node, session, mail.CodeMail(to=user.email, purpose="verify", origin=own_origin(request)))


@router.post("/email-verifications/redeem", operation_id="email_verification_redeem", status_code=204)
@secret
async def redeem_verification(body: EmailVerificationRedeem, _client: ClientOf, session: SessionOf) -> None:
    """Show with the code from the mail that the address is one's own."""
    await verification.verify_address(session, body.code)

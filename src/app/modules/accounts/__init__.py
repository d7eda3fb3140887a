"""Accounts: who may come in, and as whom.

Owns users, groups, shares, invitations, allocations, sessions, ways to log in, API tokens, setup links and the throttle
on password guessing; finds the principal of every request. Calls jobs. Announces account.created,
account.changed, account.deleted, account.logged_in, account.login_failed, token.created and token.revoked.
"""

from app.kernel.module import Module
from app.kernel.node import Node
from app.kernel.redaction import register_secret
from app.modules.accounts import login_models as login_models
from app.modules.accounts.allocation_routes import PERMISSIONS as ALLOCATION_PERMISSIONS
from app.modules.accounts.allocation_routes import router as allocation_router
from app.modules.accounts.allocation_use import change_reservation, charge, release, reserve
from app.modules.accounts.authentication import Authentication
from app.modules.accounts.credentials import new_secret
from app.modules.accounts.errors import AllocationExhausted, EmailTaken, SetupDone, WorkflowNotAllowed
from app.modules.accounts.flows import FLOW_SECONDS, end_consents, open_flow, take_flow
from app.modules.accounts.id_token import challenge_of, require_claims, require_same
from app.modules.accounts.invitation_routes import PERMISSIONS as INVITATION_PERMISSIONS
from app.modules.accounts.invitation_routes import router as invitation_router
from app.modules.accounts.login_errors import LoginEnded, ProviderRefused
from app.modules.accounts.login_history import record_login
from app.modules.accounts.login_methods import close_methods
from app.modules.accounts.login_routes import PERMISSIONS as LOGIN_PERMISSIONS
from app.modules.accounts.login_routes import router as login_router
from app.modules.accounts.loops import loops
from app.modules.accounts.method import Flow
from app.modules.accounts.models import Token, User
from app.modules.accounts.origin import ClientOf, bind_browser, own_origin, require_same_origin
from app.modules.accounts.passwords import prepare
from app.modules.accounts.profile import require_workflow
from app.modules.accounts.profile_routes import PERMISSIONS as PROFILE_PERMISSIONS
from app.modules.accounts.profile_routes import router as profile_router
from app.modules.accounts.routes import PERMISSIONS, router
from app.modules.accounts.session_routes import PERMISSIONS as SESSION_PERMISSIONS
from app.modules.accounts.session_routes import router as session_router
from app.modules.accounts.settings import AccountsSettings
from app.modules.accounts.setup import setup_link
from app.modules.accounts.sharing_routes import PERMISSIONS as SHARING_PERMISSIONS
from app.modules.accounts.sharing_routes import router as sharing_router
from app.modules.accounts.standing import require_standing
from app.modules.accounts.subjects import find_principal, subjects_of
from app.modules.accounts.tokens import create_token, revoke_token
from app.modules.accounts.user_changes import change_role, disable
from app.modules.accounts.user_csv import RowReport, export_users, import_users
from app.modules.accounts.user_routes import PERMISSIONS as USER_PERMISSIONS
from app.modules.accounts.user_routes import router as user_router
from app.modules.accounts.users import create_owner, create_user, find_user, get_user
from app.modules.accounts.verification_routes import PERMISSIONS as VERIFICATION_PERMISSIONS
from app.modules.accounts.verification_routes import router as verification_router

__all__ = [
    "FLOW_SECONDS",
    "AccountsSettings",
    "AllocationExhausted",
    "ClientOf",
    "EmailTaken",
    "Flow",
    "LoginEnded",
    "ProviderRefused",
    "RowReport",
    "SetupDone",
    "Token",
    "User",
    "WorkflowNotAllowed",
    "bind_browser",
    "challenge_of",
    "change_reservation",
    "change_role",
    "charge",
    "create_owner",
    "create_token",
    "create_user",
    "disable",
    "end_consents",
    "export_users",
    "find_principal",
    "find_user",
    "get_user",
    "import_users",
    "module",
    "new_secret",
    "open_flow",
    "own_origin",
    "record_login",
    "release",
    "require_claims",
    "require_same",
    "require_same_origin",
    "require_standing",
    "require_workflow",
    "reserve",
    "revoke_token",
    "setup_link",
    "subjects_of",
    "take_flow",
]


async def _start(node: Node) -> None:
    await prepare()
    if (password := node.settings.of(AccountsSettings).mail.password) is not None:
        register_secret(password.get_secret_value())
    node.authenticate = Authentication(node)


module = Module(
    name="accounts",
    routers=(
        router,
        session_router,
        login_router,
        user_router,
        invitation_router,
        profile_router,
        allocation_router,
        verification_router,
        sharing_router,
    ),
    permissions={
        **PERMISSIONS,
        **SHARING_PERMISSIONS,
        **SESSION_PERMISSIONS,
        **LOGIN_PERMISSIONS,
        **USER_PERMISSIONS,
        **INVITATION_PERMISSIONS,
        **PROFILE_PERMISSIONS,
        **ALLOCATION_PERMISSIONS,
        **VERIFICATION_PERMISSIONS,
    },
    settings=AccountsSettings,
    loops=loops,
    start=_start,
    stop=close_methods,
)

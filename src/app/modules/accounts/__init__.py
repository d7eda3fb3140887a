"""Accounts: who may come in, and as whom.

Owns users, sessions, API tokens, setup links and the throttle on password guessing; finds the principal of every
request. Calls nobody. Announces account.created, account.changed, account.logged_in, account.login_failed,
token.created and token.revoked.
"""

from app.kernel.module import Module
from app.kernel.node import Node
from app.modules.accounts.authentication import Authentication
from app.modules.accounts.errors import EmailTaken, SetupDone
from app.modules.accounts.loops import loops
from app.modules.accounts.models import Token, User
from app.modules.accounts.passwords import prepare
from app.modules.accounts.routes import PERMISSIONS, router
from app.modules.accounts.settings import AccountsSettings
from app.modules.accounts.setup import setup_link, watch_for_setup
from app.modules.accounts.tokens import create_token, revoke_token
from app.modules.accounts.users import change_role, create_owner, create_user, disable, find_user, get_user

__all__ = [
    "AccountsSettings",
    "EmailTaken",
    "SetupDone",
    "Token",
    "User",
    "change_role",
    "create_owner",
    "create_token",
    "create_user",
    "disable",
    "find_user",
    "get_user",
    "module",
    "revoke_token",
    "setup_link",
]


async def _start(node: Node) -> None:
    await prepare()
    watch_for_setup(node)
    node.authenticate = Authentication(node)


module = Module(
    name="accounts",
    router=router,
    permissions=PERMISSIONS,
    settings=AccountsSettings,
    loops=loops,
    start=_start,
)

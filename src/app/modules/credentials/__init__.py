"""Credentials: secrets that machines, storages and feeds are logged in to with.

Owns credentials and who used them, and rotates the vault's keys. Calls accounts, jobs and nodes. The floors above use a
credential with :func:`use`, and register what tries one (``register_check``) and what needs one (``register_users``).
Announces credential.changed and vault.keys_rotated.
"""

from app.kernel.module import Module
from app.kernel.node import Node
from app.modules.credentials.checks import register_check
from app.modules.credentials.consent_routes import PERMISSIONS as CONSENT_PERMISSIONS
from app.modules.credentials.consent_routes import router as consent_router
from app.modules.credentials.credentials import register_users
from app.modules.credentials.errors import (
    CredentialExpired,
    CredentialNotFound,
    ReauthRequired,
)
from app.modules.credentials.events import CredentialChanged, VaultKeysRotated
from app.modules.credentials.reminders import loops
from app.modules.credentials.routes import PERMISSIONS, router
from app.modules.credentials.secrets import Bearer, Password, S3Keys, Secret, SshIdentity, http_headers
from app.modules.credentials.settings import CredentialsSettings
from app.modules.credentials.uses import usable
from app.modules.credentials.using import renew, use
from app.modules.credentials.vault_check import register

__all__ = [
    "Bearer",
    "CredentialChanged",
    "CredentialExpired",
    "CredentialNotFound",
    "CredentialsSettings",
    "Password",
    "ReauthRequired",
    "S3Keys",
    "Secret",
    "SshIdentity",
    "VaultKeysRotated",
    "http_headers",
    "module",
    "register_check",
    "register_users",
    "renew",
    "usable",
    "use",
]


async def _start(node: Node) -> None:
    register(node)


module = Module(
    name="credentials",
    routers=(router, consent_router),
    permissions={**PERMISSIONS, **CONSENT_PERMISSIONS},
    settings=CredentialsSettings,
    loops=loops,
    start=_start,
)

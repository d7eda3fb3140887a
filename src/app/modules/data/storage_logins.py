"""What the credentials room asks about storages: which use a credential, and whether they answer to it."""

import asyncio

from sqlalchemy import select

from app.kernel import drivers
from app.kernel.errors import Problem
from app.kernel.node import Node
from app.modules import credentials
from app.modules.credentials import Secret
from app.modules.data.errors import GrantExpired, StorageUnreachable
from app.modules.data.storage import KIND, Access
from app.modules.data.storage_health import PATIENCE_SECONDS
from app.modules.data.storage_models import Storage
from app.modules.data.storage_opening import checked_settings
from app.modules.data.storage_rows import find_users

_KINDS = ("password", "bearer", "oauth", "google_key", "s3", "ssh_key")
_TRIED = 5


class _Lent:
    """A login that is one secret, whatever is said of it."""

    def __init__(self, name: str, secret: Secret) -> None:
        self._name = name
        self._secret = secret

    async def secret(self) -> Secret | None:
        return self._secret

    async def refused(self) -> None:
        raise GrantExpired(f"{self._name} does not accept it")


def register(node: Node) -> None:
    """Let credentials be tried at the storages that use them, and not be removed from under them."""
    credentials.register_users(node, find_users)
    for kind in _KINDS:
        credentials.register_check(node, kind, check)


async def check(node: Node, credential_id: str, secret: Secret) -> str | None:
    """Ask the storages that are logged in to with a credential, of owners who may still use it."""
    async with node.database.transaction() as session:
        query = select(Storage).where(Storage.credential_id == credential_id, Storage.enabled).order_by(Storage.name)
        rows = []
        for row in (await session.scalars(query)).all():
            try:
                await credentials.usable(session, credential_id, row.owner_id)
            except Problem:
                continue
            rows.append(row)
    for row in rows[:_TRIED]:
        access = Access(node.http, _Lent(row.name, secret), node.database, row.id)
        driver = drivers.load(KIND, row.driver).Storage(checked_settings(row.driver, row.settings), access)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await driver.probe()
        except (TimeoutError, OSError) as error:
            raise StorageUnreachable(f"{row.name} does not answer") from error
        finally:
            await driver.close()
    return f"{', '.join(row.name for row in rows[:_TRIED])} answered" if rows else None

"""Which ways to log in this node has: drivers by name, and one ``oidc`` for each provider in the settings."""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from app.kernel import drivers
from app.kernel.drivers import DriverUnavailable
from app.kernel.node import Node
from app.modules.accounts.login_errors import LoginMethodUnknown
from app.modules.accounts.method import LoginMethod
from app.modules.accounts.settings import AccountsSettings

log = structlog.get_logger(__name__)

KIND = "accounts.method"
OIDC = "oidc"


class Methods:
    """The methods of one node. Made when first asked for: their libraries take up to a second to import."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._lock = asyncio.Lock()
        self._made: dict[str, LoginMethod] | None = None

    async def all(self) -> Mapping[str, LoginMethod]:
        """Return every method that is on and can be used here, by name."""
        async with self._lock:
            if self._made is None:
                self._made = await self._make()
            return self._made

    async def close(self) -> None:
        """Let go of what the methods hold."""
        made, self._made = self._made or {}, None
        for method in made.values():
            await method.close()

    async def _make(self) -> dict[str, LoginMethod]:
        settings = self._node.settings.of(AccountsSettings)
        wanted: list[tuple[str, str, Any]] = [
            (name, name, settings.method_settings.get(name)) for name in settings.login_methods
        ]
        wanted += [(name, OIDC, provider.model_dump()) for name, provider in settings.oidc.items()]
        made: dict[str, LoginMethod] = {}
        for name, driver, values in wanted:
            try:
                module = await asyncio.to_thread(drivers.load, KIND, driver)
                chosen = module.Settings.model_validate(values or {})
                trouble: str | None = await module.probe(chosen)
            except (DriverUnavailable, ValueError) as problem:
                trouble = str(problem)
            if trouble is not None:
                log.warning("login method cannot be used", method=name, why=trouble)
            else:
                made[name] = module.Method(name, chosen, self._node)
        return made


async def methods_of(node: Node) -> Mapping[str, LoginMethod]:
    """Return the ways to log in on this node, by name."""
    return await node.part(Methods, Methods).all()


async def method_of(node: Node, name: str) -> LoginMethod:
    """Return one. Raises LoginMethodUnknown (404)."""
    found = (await methods_of(node)).get(name)
    if found is None:
        raise LoginMethodUnknown(f"There is no login method {name!r} here")
    return found


async def close_methods(node: Node) -> None:
    """Let go of what the node's methods hold: it stops."""
    methods = node.part_with(Methods)
    if methods is not None:
        await methods.close()

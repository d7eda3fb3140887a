"""A node: one running Stormbell process and what its modules share."""

import asyncio
import socket
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

import structlog

from app.kernel.bus import Bus
from app.kernel.clock import Clock
from app.kernel.db import Database
from app.kernel.http import GuardedClient
from app.kernel.ids import new_id
from app.kernel.loops import Loop
from app.kernel.module import Module
from app.kernel.principal import Authenticator, Role
from app.kernel.settings import Settings
from app.kernel.vault import TOPIC as VAULT_TOPIC
from app.kernel.vault import Vault
from app.kernel.vault_file import VaultFile
from app.kernel.wakeups import Wakeups
from app.kernel.watchdog import Watchdog

log = structlog.get_logger(__name__)

Part = TypeVar("Part")

# What a run in hand gets to end by itself when its loop is switched off: that is to be felt within a second.
STOP_GRACE_SECONDS = 0.5


class Node:
    """One process.

    ``boot_id`` is new at every start, and when the process finds that the others have declared it dead, so a late
    writer of the boot before can be told apart. ``switched_off`` names loops (``module.loop``) and roles
    (``role:worker``) that somebody stopped here.
    """

    def __init__(
        self, settings: Settings, modules: Sequence[Module], database_url: str, *, clock: Clock | None = None
    ) -> None:
        self.settings = settings
        self.modules = tuple(modules)
        self.clock = clock or Clock()
        self.boot_id = new_id("boot")
        self.name = settings.kernel.server.node_name or socket.gethostname()
        self.started_at = self.clock.now()
        self.bus = Bus()
        self.database = Database(database_url, self.bus, pool_size=settings.kernel.database.pool_size)
        self.vault = Vault(self.database, self.bus, VaultFile(settings.data_directory, settings.kernel.vault.key))
        self.http = GuardedClient(settings.kernel.egress)
        self.permissions: Mapping[str, Role] = {k: r for m in modules for k, r in m.permissions.items()}
        self.authenticate: Authenticator = _nobody
        self.configured_roles = frozenset(settings.kernel.server.roles)
        self.switched_off: frozenset[str] = frozenset()
        self.loops: list[Loop] = []
        self.draining = asyncio.Event()
        # What modules registered for one another at start, by a key their front door names.
        self.registry: dict[str, Any] = {}
        self._parts: dict[type, Any] = {}
        self._wakeups = Wakeups(database_url.replace("postgresql+asyncpg://", "postgresql://"), self.bus, self.boot_id)
        self._watchdog = Watchdog(self._stalled)
        self._stalls: dict[str, str] = {}

    async def start(self) -> None:
        """Start every module, then every loop."""
        await self.vault.unlock()
        self._watchdog.start()
        for module in self.modules:
            if module.start is not None:
                await module.start(self)
        wakeups = Loop("wakeups", self._wakeups.run, every_seconds=1, overdue_seconds=float("inf"), essential=True)
        self._wakeups.on_listening = wakeups.recovered
        self.add_loop(wakeups, "kernel")
        self.add_loop(
            Loop("vault", self.vault.reload, every_seconds=60, topics=(VAULT_TOPIC,), essential=True), "kernel"
        )
        for module in self.modules:
            for loop in module.loops(self) if module.loops is not None else ():
                self.add_loop(loop, module.name)
        log.info("node started", node=self.name, boot_id=self.boot_id)

    async def stop(self) -> None:
        """Stop every loop and module, upper floors first, then let go of the database."""
        self.draining.set()
        for module in reversed(self.modules):
            if module.drain is not None:
                await module.drain(self)
        for module in self.modules:  # the tuple's order is top floor first
            await asyncio.gather(*[loop.stop() for loop in self.loops if loop.module == module.name])
            if module.stop is not None:
                await module.stop(self)
        await asyncio.gather(*[loop.stop() for loop in self.loops])
        self._watchdog.stop()
        await self.http.close()
        await self.database.close()
        log.info("node stopped", node=self.name, boot_id=self.boot_id)

    def part(self, kind: type[Part], make: "Callable[[Node], Part]") -> Part:
        """Return the one ``kind`` of this node; the first call makes it."""
        found = self._parts.get(kind)
        if found is None:
            found = self._parts[kind] = make(self)
        return cast("Part", found)

    def part_with(self, kind: type[Part]) -> Part | None:
        """Forget the ``kind`` of this node and return it to be closed, ``None`` when it was never made."""
        return cast("Part | None", self._parts.pop(kind, None))

    @property
    def roles(self) -> frozenset[str]:
        """Return the roles this node has at present: those of its settings that nobody switched off."""
        return frozenset(role for role in self.configured_roles if f"role:{role}" not in self.switched_off)

    def add_loop(self, loop: Loop, module: str) -> None:
        """Take a loop in and start it, unless it is switched off here."""
        loop.module = module
        self.loops.append(loop)
        loop.wanted = self._wants(loop)
        if loop.wanted:
            loop.start(self.bus, self.clock)

    async def remove_loop(self, loop: Loop) -> None:
        """Stop a loop and forget it."""
        self.loops.remove(loop)
        await loop.stop()

    async def switch_off(self, names: frozenset[str]) -> None:
        """Stop the loops and roles ``names`` lists, and only those; start what it no longer lists."""
        self.switched_off = names
        stops = []
        for loop in self.loops:
            loop.wanted = self._wants(loop)
            if not loop.wanted:
                stops.append(loop.stop(grace_seconds=STOP_GRACE_SECONDS))
            elif not self.draining.is_set():
                loop.start(self.bus, self.clock)
        await asyncio.gather(*stops)

    def trouble(self) -> dict[str, list[str]]:
        """Return, per degraded module, why it is degraded."""
        now = self.clock.now()
        found: dict[str, list[str]] = {}
        for loop in self.loops:
            if (text := loop.trouble(now)) is not None:
                found.setdefault(loop.module, []).append(text)
        for name, text in self._stalls.items():
            found.setdefault(name, []).append(text)
        return found

    @property
    def lag_seconds(self) -> float:
        """Return how long the event loop has not answered, in seconds."""
        return self._watchdog.lag_seconds

    def _wants(self, loop: Loop) -> bool:
        if loop.role is not None and loop.role not in self.roles:
            return False
        return loop.essential or loop.full_name not in self.switched_off

    def _stalled(self, module: str | None, seconds: float, place: str) -> None:
        name = module or "kernel"
        log.error("event loop stalled", module=name, seconds=round(seconds, 2), place=place)
        self._stalls[name] = f"blocked the event loop for {seconds:.1f} s at {place}"
        asyncio.get_running_loop().call_later(60, self._stalls.pop, name, None)


async def _nobody(_request: object) -> None:
    return None

"""Sources as those that push to them meet them, remembered for five seconds: an arrival asks no table who may.

Forgotten at once, here after the commit and on other nodes by hint, when anything about sources, shares or accounts
changes.
"""

import hashlib
import hmac
import ipaddress
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from app.kernel.ids import is_id
from app.kernel.principal import PRINCIPALS_TOPIC, Principal
from app.kernel.rate_limits import Bucket
from app.kernel.scoping import SHARES_TOPIC, require_act
from app.modules.ingest.errors import (
    SenderAmbiguous,
    SenderUnknown,
    SourceNotFound,
    SourceNotPushed,
    SourcePaused,
    SourceRateLimited,
)
from app.modules.ingest.models import SourceRow
from app.modules.ingest.settings import IngestSettings
from app.modules.ingest.source import PollingSource, Source
from app.modules.ingest.sources import SOURCES_TOPIC, get_source, open_driver

if TYPE_CHECKING:
    from app.kernel.node import Node

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

REMEMBERED_SECONDS = 5.0
REMEMBERED_COUNT = 10_000
TOKEN_PREFIX = "sbsrc_"  # noqa: S105 (the public part of a source's token)


@dataclass(frozen=True)
class Gate:
    """One source as its senders meet it."""

    id: str
    name: str
    owner_id: str
    driver: str
    enabled: bool
    polls: bool
    settings: Any
    source: Source
    token_sha256: bytes | None
    signing_key: bytes | None
    most_bytes: int

    def require_open(self) -> None:
        """Raise SourceNotPushed or SourcePaused (409) when the source takes nothing that is sent."""
        if self.polls:
            raise SourceNotPushed(
                f"{self.name} polls its feed with {self.driver}; register a push source for this data"
            )
        if not self.enabled:
            raise SourcePaused(f"{self.name} takes nothing until somebody resumes it")

    def knows_token(self, token: str) -> bool:
        """Say whether this is the source's own token."""
        given = hashlib.sha256(token.encode()).digest()
        return self.token_sha256 is not None and hmac.compare_digest(self.token_sha256, given)


class Gates:
    """The gates of one node."""

    def __init__(self, node: "Node") -> None:
        self._node = node
        self._limits = node.settings.of(IngestSettings)
        self._gates: dict[str, tuple[Gate, float]] = {}
        self._actors: dict[tuple[str, tuple[str, ...], str], float] = {}
        self._buckets: dict[float, Bucket] = {}
        self._networks: tuple[list[tuple[Network, str]], float] = ([], 0.0)
        self._changes = 0
        for topic in (SOURCES_TOPIC, SHARES_TOPIC, PRINCIPALS_TOPIC):
            node.bus.on(topic, self.forget)

    def forget(self) -> None:
        """Forget everything: something about sources, shares or accounts changed."""
        self._gates.clear()
        self._actors.clear()
        self._networks = ([], 0.0)
        self._changes += 1

    def known(self, source_id: str) -> Gate | None:
        """Return the gate of a source if finding it asks no table."""
        known = self._gates.get(source_id)
        return known[0] if known is not None and self._node.clock.monotonic() < known[1] else None

    async def find(self, source_id: str) -> Gate | None:
        """Return the gate of a source that was not removed."""
        if (known := self.known(source_id)) is not None:
            return known
        if not is_id(source_id, "src"):
            return None
        changes, asked_at = self._changes, self._node.clock.monotonic()
        async with self._node.database.transaction() as session:
            row = await session.scalar(
                select(SourceRow)
                .where(SourceRow.id == source_id, SourceRow.removed_at.is_(None))
                .options(undefer(SourceRow.signing))
            )
            gate = None if row is None else self._made(row)
        if gate is not None and changes == self._changes:  # else the row may be older than the change
            if len(self._gates) >= REMEMBERED_COUNT:
                self._gates.clear()
            self._gates[source_id] = gate, asked_at + REMEMBERED_SECONDS
        return gate

    async def require_act(self, principal: Principal, source_id: str) -> Gate:
        """Return the gate of a source this caller may push to. Raises SourceNotFound (404), NotYours (403)."""
        gate = await self.find(source_id)
        if gate is not None and (principal.sees_all or gate.owner_id == principal.user_id):
            return gate
        who = (principal.user_id, principal.subjects, source_id)
        if gate is None or self._node.clock.monotonic() >= self._actors.get(who, 0.0):
            changes, asked_at = self._changes, self._node.clock.monotonic()
            async with self._node.database.transaction(principal) as session:
                await require_act(session, await get_source(session, source_id))
            if changes == self._changes:
                if len(self._actors) >= REMEMBERED_COUNT:
                    self._actors.clear()
                self._actors[who] = asked_at + REMEMBERED_SECONDS
        if gate is None:
            raise SourceNotFound(f"There is no source {source_id}")
        return gate

    async def of_address(self, address: str) -> Gate:
        """Return the gate of the source that takes data from a network address: the narrowest network wins.

        Raises SenderUnknown (404), SenderAmbiguous (409).
        """
        try:
            sender = ipaddress.ip_address(address)
        except ValueError as error:
            raise SenderUnknown() from error
        if isinstance(sender, ipaddress.IPv6Address) and sender.ipv4_mapped is not None:
            sender = sender.ipv4_mapped
        fits = [(network.prefixlen, source_id) for network, source_id in await self._known() if sender in network]
        narrowest = {source_id for length, source_id in fits if length == max(fits)[0]}
        if len(narrowest) > 1:
            raise SenderAmbiguous(f"{len(narrowest)} sources list the network of {sender}")
        gate = await self.find(narrowest.pop()) if narrowest else None
        if gate is None:
            raise SenderUnknown(f"No source takes data from {sender}")
        return gate

    async def _known(self) -> list[tuple[Network, str]]:
        if self._node.clock.monotonic() < self._networks[1]:
            return self._networks[0]
        changes, asked_at = self._changes, self._node.clock.monotonic()
        async with self._node.database.transaction() as session:
            rows = await session.execute(
                select(SourceRow.id, SourceRow.addresses).where(
                    SourceRow.removed_at.is_(None), func.cardinality(SourceRow.addresses) > 0
                )
            )
            found = [(ipaddress.ip_network(one), source_id) for source_id, addresses in rows for one in addresses]
        if changes == self._changes:
            self._networks = found, asked_at + REMEMBERED_SECONDS
        return found

    def count(self, gate: Gate) -> None:
        """Count a request to a source. Raises SourceRateLimited (429)."""
        per_second = getattr(gate.settings, "requests_per_second", None) or self._limits.source_requests_per_second
        bucket = self._buckets.get(per_second)
        if bucket is None:
            burst = max(1, math.ceil(2 * per_second))
            bucket = self._buckets[per_second] = Bucket(per_second, burst, monotonic=self._node.clock.monotonic)
        wait = bucket.take(gate.id)
        if wait > 0:
            seconds = max(1, math.ceil(wait))
            raise SourceRateLimited(f"{gate.name} takes {per_second:g} requests a second", retry_after=seconds)

    def _made(self, row: SourceRow) -> Gate:
        opened = open_driver(row.driver, row.settings)
        key = None
        if row.signing is not None:
            key = self._node.vault.open(row.signing, table="sources", row_id=row.id, field="signing")
        most: int | None = getattr(opened.settings, "max_bytes", None)
        limit = self._limits.push_max_bytes
        return Gate(
            id=row.id,
            name=row.name,
            owner_id=row.owner_id,
            driver=row.driver,
            enabled=row.enabled,
            # Asked once: what a protocol asks of an object takes longer than all the rest of an arrival.
            polls=isinstance(opened.source, PollingSource),
            settings=opened.settings,
            source=opened.source,
            token_sha256=row.token_sha256,
            signing_key=key,
            most_bytes=limit if most is None else min(most, limit),
        )


def gates_of(node: "Node") -> Gates:
    """Return the node's."""
    return node.part(Gates, Gates)

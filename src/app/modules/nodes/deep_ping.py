"""The deep ping: what a node needs is tried out, each thing with a time limit of its own."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import text

from app.kernel.node import Node
from app.modules.nodes.presence import presence_of
from app.modules.nodes.schemas import DeepCheckView, DeepPingView

_KEY = "nodes.checks"

SECONDS = 2.0
DRIFT_SECONDS = 2.0
DISK_BYTES = 64 * 1024 * 1024


class CheckFailed(Exception):
    """A thing that was tried does not work; the message says what was found."""


Check = Callable[[], Awaitable[str]]


@dataclass(frozen=True)
class _Registered:
    name: str
    check: Check
    seconds: float
    vital: bool = False


def add_check(node: Node, name: str, check: Check, *, seconds: float = SECONDS) -> None:
    """Let the deep ping try ``check``: it returns what it found in a few words or raises, CheckFailed for choice."""
    node.registry.setdefault(_KEY, []).append(_Registered(name, check, seconds))


async def deep_ping(node: Node) -> DeepPingView:
    """Try everything at once. ``error``: the database cannot be read and written; ``partial``: something else fails."""
    checks = [
        _Registered("database", lambda: _database(node), SECONDS, vital=True),
        _Registered("clock", lambda: _clock(node), SECONDS),
        _Registered("state", lambda: _state(node), SECONDS),
        _Registered("leader", lambda: _leader(node), SECONDS),
        _Registered("disk", lambda: _disk(node), SECONDS),
        *node.registry.get(_KEY, []),
        *[_Registered(name, partial(_loops, node, name), SECONDS) for name in _with_loops(node)],
    ]
    views = await asyncio.gather(*[_try(node, check) for check in checks])
    failed = [check for check, view in zip(checks, views, strict=True) if view.status == "error"]
    return DeepPingView(
        status="ok" if not failed else "error" if any(check.vital for check in failed) else "partial",
        node_id=node.boot_id,
        node=node.name,
        checks=views,
    )


async def _try(node: Node, check: _Registered) -> DeepCheckView:
    began = node.clock.monotonic()
    try:
        async with asyncio.timeout(check.seconds):
            ok, said = True, await check.check()
    except TimeoutError:
        ok, said = False, f"no answer within {check.seconds:g} s"
    except CheckFailed as failed:
        ok, said = False, str(failed)
    except Exception as error:  # noqa: BLE001  # whatever it raises is the answer; details may name hosts or users
        ok, said = False, type(error).__name__
    seconds = round(node.clock.monotonic() - began, 4)
    return DeepCheckView(name=check.name, status="ok" if ok else "error", text=said, seconds=seconds)


# What is written is what was there: whoever asks may not stand in for a heartbeat that has stopped.
_WRITE = text("UPDATE nodes SET slots = slots WHERE id = :id AND state <> 'dead' RETURNING slots")
_READ = text("SELECT slots FROM nodes WHERE id = :id")
_LEADERS = text(
    """
    SELECT leaders.role, nodes.name
    FROM leaders LEFT JOIN nodes ON nodes.id = leaders.node_id AND leaders.lease_until > clock_timestamp()
    ORDER BY 1
    """
)


async def _database(node: Node) -> str:
    async with node.database.transaction() as session:
        if await session.scalar(_WRITE, {"id": node.boot_id}) is None:
            raise CheckFailed("it answers, and does not know this boot as living")
    async with node.database.connection() as connection:
        read = await connection.scalar(_READ, {"id": node.boot_id})
    if read is None:
        raise CheckFailed("what was written could not be read")
    return "written and read back"


async def _clock(node: Node) -> str:
    async with node.database.connection() as connection:
        await connection.execute(text("SELECT 1"))  # opening a connection is not to count
        before = node.clock.now()
        there: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
        after = node.clock.now()
    drift: timedelta = there - (before + (after - before) / 2)
    said = f"the database's clock is {drift.total_seconds():+.3f} s from this node's"
    if abs(drift.total_seconds()) > DRIFT_SECONDS:
        raise CheckFailed(f"{said}; leases are safe, times in this node's log are not")
    return said


async def _state(node: Node) -> str:
    presence = presence_of(node)
    if presence.fenced:
        raise CheckFailed("this node has let go of its work: its heartbeat does not reach the database")
    owned = "all" if presence.sections is None else str(len(presence.sections))
    return f"{presence.state}{f' ({presence.reason})' if presence.reason else ''}, owns {owned} sections"


async def _leader(node: Node) -> str:
    async with node.database.connection() as connection:
        rows = (await connection.execute(_LEADERS)).all()
    vacant = [row.role for row in rows if row.name is None]
    if vacant or not rows:
        raise CheckFailed(f"nobody leads {', '.join(vacant) or 'anything'}")
    return ", ".join(f"{row.name} leads {row.role}" for row in rows)


async def _disk(node: Node) -> str:
    free = (await asyncio.to_thread(shutil.disk_usage, node.settings.data_directory)).free
    if free < DISK_BYTES:
        raise CheckFailed(f"{free:,} bytes free in the data directory")
    return f"{free:,} bytes free"


def _with_loops(node: Node) -> list[str]:
    return sorted({loop.module for loop in node.loops})


async def _loops(node: Node, module: str) -> str:
    """What a module does in the background, whatever that is: its own loops know whether they work."""
    mine, now = [loop for loop in node.loops if loop.module == module], node.clock.now()
    failing = [loop.name for loop in mine if loop.wanted and loop.trouble(now) is not None]
    if failing:
        raise CheckFailed(f"{', '.join(failing)}: fails, or does not come back; GET /api/v1/health says why")
    missed = [text for loop in mine if not loop.wanted and (text := loop.trouble(now)) is not None]
    if missed:
        raise CheckFailed("; ".join(missed))
    off = [loop.name for loop in mine if not loop.wanted]
    return f"{len(mine) - len(off)} loops work" + (f"; stopped on purpose: {', '.join(off)}" if off else "")

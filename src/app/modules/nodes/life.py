"""This module's place in the life of its node."""

from collections.abc import Awaitable, Callable, Sequence

import structlog
from sqlalchemy.exc import DBAPIError

from app.kernel.db import is_gone
from app.kernel.loops import Loop
from app.kernel.node import Node
from app.modules.nodes.beating import Beating
from app.modules.nodes.presence import presence_of

log = structlog.get_logger(__name__)

_TRIES = 3

Run = Callable[[], Awaitable[float | None]]


async def start(node: Node) -> None:
    """Enter this boot among the living."""
    beating = _beating_of(node)
    for tries_left in reversed(range(_TRIES)):
        try:
            await beating.enter()
            break
        except DBAPIError as error:
            # A process that a crowded machine keeps waiting for 5 s in there loses the fleet's lock and its connection.
            if not tries_left or not is_gone(error):
                raise
            log.warning("the connection was lost while this node registered, trying again")
    await beating.beat()


def loops(node: Node) -> Sequence[Loop]:
    """Return the heartbeat."""
    return [_beating_of(node).loop]


async def drain(node: Node) -> None:
    """Hand over what others can take at once."""
    await _beating_of(node).drain()


async def stop(node: Node) -> None:
    """Say good-bye."""
    if (beating := node.part_with(Beating)) is not None:
        await beating.leave()


def leads(node: Node, role: str) -> int | None:
    """Return the generation in which this node leads ``role``, or ``None`` when it does not.

    The generation is a fencing token: compare it in the statement that changes what only the leader may.
    """
    return presence_of(node).leads(role)


def stand(node: Node, role: str) -> None:
    """Let this node wait for its turn to lead ``role``, first come, first served."""
    presence = presence_of(node)
    if role not in presence.candidacies:
        presence.candidacies = presence.candidacies | {role}
        presence.tell()


def led(node: Node, role: str, run: Run) -> Run:
    """Return ``run`` as a loop's work that is done only while this node leads ``role``."""

    async def when_leading() -> float | None:
        return await run() if leads(node, role) is not None else None

    return when_leading


def _beating_of(node: Node) -> Beating:
    return node.part(Beating, lambda node: Beating(node, presence_of(node)))

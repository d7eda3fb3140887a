"""This module's place in the life of its node."""

from collections.abc import Awaitable, Callable, Sequence

from app.kernel.loops import Loop
from app.kernel.node import Node
from app.modules.nodes.beating import Beating
from app.modules.nodes.presence import presence_of

Run = Callable[[], Awaitable[float | None]]


async def start(node: Node) -> None:
    """Enter this boot among the living."""
    beating = _beating_of(node)
    await beating.enter()
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

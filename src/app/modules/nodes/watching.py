"""The watch over the fleet: who leads the role "watch" notices who fell silent, and gives up who stays so."""

import structlog
from sqlalchemy import func, select

from app.kernel.bus import hint, publish
from app.kernel.node import Node
from app.modules.nodes import membership, queries, switches
from app.modules.nodes.events import NodeUnresponsive
from app.modules.nodes.membership import NODES_TOPIC
from app.modules.nodes.models import Leader, NodeBoot
from app.modules.nodes.settings import NodeSettings
from app.modules.nodes.states import UNRESPONSIVE

log = structlog.get_logger(__name__)

_SWEEP_SECONDS = 3600.0


class Watch:
    """One node's turn at watching the others."""

    def __init__(self, node: Node, settings: NodeSettings) -> None:
        self._node = node
        self._settings = settings
        self.from_at = float("-inf")  # it does not judge before this, on the monotonic clock
        self._sweep_at = float("-inf")

    async def look(self, generation: int) -> None:
        """Mark who fell silent, give up who stayed so, hand their sections and leaderships on.

        ``generation`` is the fencing token of this leadership: a watcher that was replaced meanwhile does nothing.
        """
        node, misses = self._node, self._settings.misses
        async with node.database.transaction() as session:
            await membership.lock(session)
            mine = (Leader.role == "watch") & (Leader.node_id == node.boot_id) & (Leader.generation == generation)
            leads = select(Leader.role).where(mine, Leader.lease_until > func.clock_timestamp()).with_for_update()
            if await session.scalar(leads) is None:
                return
            connection = await session.connection()
            overdue = (await connection.exec_driver_sql(queries.OVERDUE, (node.boot_id, misses))).all()
            for due in overdue:
                boot_id, happening, silent_seconds = due.id, due.happening, round(due.silent_seconds, 2)
                row = await session.get_one(NodeBoot, boot_id, populate_existing=True)
                log.warning("node is " + happening, node=row.name, boot_id=boot_id, silent_seconds=silent_seconds)
                if happening == "silenced":
                    await membership.move(session, row, "silenced", UNRESPONSIVE)
                    publish(
                        session,
                        NodeUnresponsive(subject_id=boot_id, node=row.name, silent_seconds=silent_seconds),
                    )
                    hint(session, NODES_TOPIC)
                    continue
                await membership.move(session, row, happening, UNRESPONSIVE if happening == "lost" else happening)
                await membership.stand(session, boot_id, set())
                await membership.rebalance(session, boot_id)
            await membership.elect(session, misses)

    async def sweep(self, *, leading: bool) -> None:
        """Forget boots that died long ago, once an hour."""
        now = self._node.clock.monotonic()
        if leading and now >= self._sweep_at:
            self._sweep_at = now + _SWEEP_SECONDS
            async with self._node.database.connection() as connection:
                await connection.exec_driver_sql(queries.FORGET, (self._settings.keep_dead_days,))
            async with self._node.database.transaction() as session:
                await switches.forget_gone(session)


async def give_up(node: Node, boot_id: str) -> bool:
    """Declare a boot dead whose process is known to be gone, without waiting for its silence; say whether it was news.

    Only for who has proof, such as a lock the system released. Announces node.dead and sections.moved.
    """
    misses = node.settings.of(NodeSettings).misses
    async with node.database.transaction() as session:
        await membership.lock(session)
        row = await session.get(NodeBoot, boot_id, with_for_update=True)
        if row is None or row.state == "dead" or row.id == node.boot_id:
            return False
        if row.reason != UNRESPONSIVE:
            await membership.move(session, row, "silenced", UNRESPONSIVE)
        await membership.move(session, row, "lost", "process_gone")
        await membership.stand(session, boot_id, set())
        await membership.rebalance(session, boot_id)
        await membership.elect(session, misses)
    log.warning("node is dead: its process is gone", node=row.name, boot_id=boot_id)
    return True

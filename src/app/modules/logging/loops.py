"""The tail of the event stream, the watch over the log store, the keeping of its segments, and the sweeps."""

from collections.abc import Sequence
from datetime import timedelta

import structlog

from app.kernel import logs
from app.kernel.alarms import clear_alarm, raise_alarm
from app.kernel.bus import EVENTS_TOPIC
from app.kernel.loops import Loop
from app.kernel.node import Node
from app.modules.logging import retention, segment_retention
from app.modules.logging.keeping import Keeper
from app.modules.logging.settings import LoggingSettings
from app.modules.logging.stream import Hub

log = structlog.get_logger(__name__)


def loops(node: Node, hub: Hub, keeper: Keeper) -> Sequence[Loop]:
    """Return this module's loops on ``node``."""
    watch = LogStoreWatch(node)
    return [
        Loop("event_stream", hub.tail, every_seconds=5, topics=(EVENTS_TOPIC,)),
        Loop("log_store", watch.look, every_seconds=10),
        Loop("log_packing", keeper.pack, every_seconds=5, overdue_seconds=600),
        *([Loop("log_shipping", keeper.ship, every_seconds=10, overdue_seconds=600)] if keeper.sinks else []),
        Loop("retention", lambda: sweep(node, keeper), every_seconds=1800, overdue_seconds=600, leisurely=True),
    ]


class LogStoreWatch:
    """Raises an alarm while log records cannot be written to disk."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._key = f"logging.store.{node.name}"
        self._raised: bool | None = None  # perhaps by the boot before

    async def look(self) -> float | None:
        """Compare the writer's state with the alarm's."""
        writer = logs.active()
        trouble = writer.trouble if writer is not None else None
        if (trouble is not None) is self._raised:
            return None
        async with self._node.database.transaction() as session:
            if trouble is None:
                await clear_alarm(session, self._key)
            else:
                await raise_alarm(
                    session,
                    self._key,
                    priority="high",
                    title=f"{self._node.name} cannot write its log",
                    consequence=f"Records are lost: {trouble}",
                    action="Free space on the data directory or repair it",
                )
        self._raised = trouble is not None
        return None


async def sweep(node: Node, keeper: Keeper) -> float | None:
    """Remove what was kept long enough."""
    settings = node.settings.of(LoggingSettings)
    removed = {
        "idempotency_keys": await retention.sweep_keys(node.database),
        "events": await retention.sweep_events(node.database, timedelta(days=settings.keep_events_days)),
        "alarms": await retention.sweep_alarms(node.database, timedelta(days=settings.keep_alarms_days)),
    }
    writer = logs.active()
    if writer is not None and writer.directory is not None:
        removed["log_segments"] = await segment_retention.sweep_node_copies(
            node, keeper, writer.directory, timedelta(days=settings.keep_logs_days), settings.keep_logs_bytes
        )
    removed["shipped_log_segments"] = await segment_retention.sweep_shipped(
        node, keeper, timedelta(days=settings.keep_shipped_days), settings.keep_shipped_bytes
    )
    if any(removed.values()):
        log.info("old rows removed", **removed)
    return None

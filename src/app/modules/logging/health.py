"""How this node is: in full for people, and as the two questions a supervisor asks."""

import asyncio
import shutil

from sqlalchemy import text

from app.kernel import logs
from app.kernel.migrate import current_revision, head_revision
from app.kernel.node import Node
from app.modules.logging.schemas import CheckView, HealthView, LoopView, ModuleHealthView, NodeView, ProbeView
from app.modules.logging.settings import LoggingSettings

LAG_SECONDS = 5.0  # a machine with too much to do is a second late, and a restart would give it more
DATABASE_SECONDS = 2.0
REMEMBERED_SECONDS = 1.0


def health(node: Node) -> HealthView:
    """Return every module with its loops; degraded when a loop fails, hangs or stalled the process."""
    trouble = {name: list(texts) for name, texts in node.trouble().items()}
    writer = logs.active()
    if writer is not None and writer.trouble:
        trouble.setdefault("logging", []).append(writer.trouble)
    modules = []
    for name in dict.fromkeys([*(module.name for module in node.modules), "kernel", *trouble]):
        loops = [
            LoopView.model_validate({"name": loop.name, **vars(loop.health)})
            for loop in node.loops
            if loop.module == name
        ]
        texts = trouble.get(name)
        modules.append(
            ModuleHealthView(
                name=name, status="degraded" if texts else "ok", text="; ".join(texts) if texts else None, loops=loops
            )
        )
    return HealthView(
        status="degraded" if trouble else "ok",
        server_time=node.clock.now(),
        node=NodeView(id=node.boot_id, name=node.name, started_at=node.started_at),
        modules=modules,
    )


def liveness(node: Node) -> ProbeView:
    """Say whether the event loop answers in time. A process that fails this should be restarted."""
    lag = node.lag_seconds
    return _probe([CheckView(name="event_loop", ok=lag < LAG_SECONDS, text=f"answers {lag:.2f} s late")])


class Readiness:
    """Whether this node should be sent requests. Anybody may ask, so the answer is kept for a second."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._lock = asyncio.Lock()
        self._answer: ProbeView | None = None
        self._answered_at = 0.0

    async def ask(self) -> ProbeView:
        """Return the answer, at most a second old."""
        async with self._lock:
            now = self._node.clock.monotonic()
            if self._answer is None or now - self._answered_at >= REMEMBERED_SECONDS:
                self._answer = _probe([*await self._database(), await self._disk(), self._loops()])
                self._answered_at = now
            return self._answer

    async def _database(self) -> list[CheckView]:
        engine = self._node.database.engine
        try:
            async with asyncio.timeout(DATABASE_SECONDS), engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
            async with asyncio.timeout(DATABASE_SECONDS):
                revision = await current_revision(engine)
        except Exception as error:  # noqa: BLE001  # whatever keeps the database from answering is the answer
            return [CheckView(name="database", ok=False, text=f"does not answer: {type(error).__name__}")]
        head = head_revision()
        return [
            CheckView(name="database", ok=True, text="answers"),
            CheckView(name="schema", ok=revision == head, text=f"at {revision}, this program needs {head}"),
        ]

    async def _disk(self) -> CheckView:
        reserve = self._node.settings.of(LoggingSettings).disk_reserve_bytes
        try:
            free = (await asyncio.to_thread(shutil.disk_usage, self._node.settings.data_directory)).free
        except OSError as error:
            return CheckView(name="disk", ok=False, text=f"the data directory cannot be read: {error.strerror}")
        return CheckView(name="disk", ok=free >= reserve, text=f"{free:,} bytes free, reserve {reserve:,}")

    def _loops(self) -> CheckView:
        node = self._node
        if node.draining.is_set():
            return CheckView(name="loops", ok=False, text="draining")
        stopped = [loop.name for loop in node.loops if loop.wanted and loop.health.state == "stopped"]
        ok = bool(node.loops) and not stopped
        return CheckView(
            name="loops", ok=ok, text=f"{len(node.loops)} run" if ok else f"stopped: {', '.join(stopped) or 'all'}"
        )


def _probe(checks: list[CheckView]) -> ProbeView:
    return ProbeView(status="ok" if all(check.ok for check in checks) else "failing", checks=checks)

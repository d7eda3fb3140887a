"""A node of its own process: ``chaos_node.py '{"url": …, "history": …, "flags": {…}}'``. Says ``ready`` once started.

Its jobs tell the history that they began, and commit one row per effect together with their end.
"""

import asyncio
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import asyncpg
import uvloop
from history import Event, Recorder
from pydantic import BaseModel
from sqlalchemy import event, text

from app.kernel import settings as settings_sources
from app.kernel.node import Node
from app.modules import jobs, nodes

MODULES = (jobs.module, nodes.module)


class Work(BaseModel):
    """``seconds`` of work; ``text`` is only carried."""

    seconds: float = 0.0
    text: str = ""


class Done(BaseModel):
    """A result."""

    text: str


def register(recorder: Recorder) -> None:
    """Register the kinds of the chaos tests."""

    def began(attempt: jobs.Attempt) -> None:
        recorder.add(Event("started", attempt.job_id, attempt.attempt, attempt.node.boot_id))

    @jobs.kind("chaos.effect", retry_seconds=0.05, longest_retry_seconds=0.2, max_attempts=1000)
    async def effect(attempt: jobs.Attempt, payload: Work) -> None:
        began(attempt)
        await asyncio.sleep(payload.seconds)
        async with attempt.transaction() as session:
            await session.execute(
                text("INSERT INTO chaos_effects VALUES (:job_id, :attempt, :boot, :at)"),
                {
                    "job_id": attempt.job_id,
                    "attempt": attempt.attempt,
                    "boot": attempt.node.boot_id,
                    "at": time.monotonic(),
                },
            )

    @jobs.kind(
        "chaos.limited",
        retry_seconds=0.05,
        longest_retry_seconds=0.2,
        max_attempts=1000,
        limit=jobs.Limit(concurrency=6),
    )
    async def limited(attempt: jobs.Attempt, payload: Work) -> None:
        await effect(attempt, payload)

    @jobs.kind("chaos.plain", retry_seconds=0.05, longest_retry_seconds=0.2, max_attempts=1000)
    async def plain(attempt: jobs.Attempt, payload: Work) -> Done:
        began(attempt)
        await asyncio.sleep(payload.seconds)
        return Done(text=payload.text)

    @jobs.kind("chaos.poison")
    async def poison(attempt: jobs.Attempt, payload: Work) -> None:
        began(attempt)
        os.kill(os.getpid(), signal.SIGKILL)

    @jobs.kind("chaos.block", max_attempts=3, retry_seconds=0.05)
    async def block(attempt: jobs.Attempt, payload: Work) -> None:
        began(attempt)
        time.sleep(payload.seconds)

    @jobs.kind("chaos.fork")
    async def fork(attempt: jobs.Attempt, payload: Work) -> Done:
        began(attempt)
        child = os.fork()
        if child == 0:  # the child of a handler: it lives on with every descriptor of the node, then ends hard
            time.sleep(payload.seconds)
            os._exit(0)
        await asyncio.to_thread(os.waitpid, child, 0)
        return Done(text="the child has ended")

    @jobs.kind("chaos.rubbish", max_attempts=2, retry_seconds=0.05)
    async def rubbish(attempt: jobs.Attempt, payload: Work) -> Done:
        began(attempt)
        return "not what was promised"  # type: ignore[return-value]


def load(flags: dict[str, Any]) -> Any:
    """Return settings with every section of the chaos node's modules."""
    sections = {module.name: module.settings for module in MODULES if module.settings is not None}
    return settings_sources.load(sections, flags=flags, environ={}, toml_paths=())


def time_claims(node: Node, path: Path) -> None:
    """Append to ``path`` when every claim of this node ended and how many seconds it took."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def note(query: asyncpg.connection.LoggedQuery) -> None:
        if "FOR UPDATE SKIP LOCKED" in query.query and "payload::text" in query.query:
            os.write(descriptor, f"{time.monotonic()} {query.elapsed}\n".encode())

    @event.listens_for(node.database.engine.sync_engine, "connect")
    def listen(connection: Any, _record: Any) -> None:
        connection.driver_connection.add_query_logger(note)


async def main(options: dict[str, Any]) -> None:
    register(Recorder(Path(options["history"])))
    node = Node(load(options["flags"]), MODULES, options["url"])
    if "claims" in options:
        time_claims(node, Path(options["claims"]))
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await node.start()
    print("ready", node.boot_id, time.time(), flush=True)
    await stop.wait()
    await node.stop()


if __name__ == "__main__":
    uvloop.run(main(json.loads(sys.argv[1])))

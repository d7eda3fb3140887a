"""Nodes of the whole house on one database, the incidents they carry, and what became of every stage."""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg
from fleet import SOURCE, Member, Members
from history import End, Event, Verdict, check, read
from workflow_node import load

from app.kernel.node import Node
from app.kernel.wakeups import CHANNEL
from app.main import MODULES
from app.modules import workflows
from app.modules.workflows.catalogue import catalogue_of

NODE = Path(__file__).with_name("workflow_node.py")
MEMBERS = 4
STAGES = MEMBERS + 5  # of an incident, each once


class Wing:
    """Nodes of the whole house on one database, and one that never starts: it opens incidents."""

    def __init__(self, url: str, directory: Path) -> None:
        self.url = url
        self.history = directory / "history"
        self.members = Members()
        self._directory = directory
        self.client = Node(load({"data_directory": str(directory / "client")}), MODULES, url)

    async def open(self, count: int, stage: str = "begin", **more: Any) -> list[str]:
        catalogue = catalogue_of(self.client)
        await catalogue.refresh()
        definition = catalogue.find("chaos")
        assert definition is not None
        message = {"n": MEMBERS, **more}
        opened = [
            workflows.open_at_once(
                self.client, definition, name=f"{stage} {n}", owner_id="usr_system", stage=stage, message=message
            )
            for n in range(count)
        ]
        ids = await asyncio.gather(*opened)
        await self.sql("SELECT pg_notify($1, 'boot_client jobs')", CHANNEL)
        return list(ids)

    async def start(
        self,
        home: str,
        failpoints: str = "",
        *,
        opens: int = 0,
        lease_seconds: float = 2,
        environment: dict[str, str] | None = None,
    ) -> Member:
        """Start a node, which opens so many incidents with a key each, unless they are there."""
        flags = {
            "data_directory": str(self._directory / home),
            "server.node_name": home,
            "jobs.lease_seconds": lease_seconds,
            "jobs.slots": 16,
            "jobs.grace_seconds": 0.2,
            "nodes.heartbeat_seconds": 0.5,
            "log_level": "warning",
        }
        more = {"CHAOS_HISTORY": str(self.history), "STORMBELL_FAILPOINTS": failpoints} | (environment or {})
        return await self.members.start(
            *(sys.executable, str(NODE), json.dumps({"url": self.url, "flags": flags, "opens": opens})),
            log=self._directory / "log",
            environment={"PYTHONPATH": f"{SOURCE}:{NODE.parent}"} | more,
        )

    async def sql(self, statement: str, *arguments: Any) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.url.replace("+asyncpg", ""))
        try:
            found: list[asyncpg.Record] = await connection.fetch(statement, *arguments)
        finally:
            await connection.close()
        return found

    async def left(self) -> int:
        [row] = await self.sql("SELECT count(*) FROM incidents WHERE state IN ('active', 'completing')")
        return int(row[0])

    async def ended(self, seconds: float) -> None:
        """Wait until every incident has ended."""
        async with asyncio.timeout(seconds):
            while await self.left():
                await asyncio.sleep(0.05)

    async def close(self) -> None:
        await self.members.end()
        await workflows.module.stop(self.client)
        await self.client.stop()


async def verdict(wing: Wing) -> tuple[Verdict, list[asyncpg.Record]]:
    """Judge every stage: begun in order, ended once, its effect in the incident's state and its fact exactly once."""
    stages = await wing.sql("SELECT id, incident_id, name, state, attempt, started_at, finished_at FROM stages")
    seen_at = time.monotonic()
    ends = [End(s["id"], s["state"], s["attempt"], seen_at, str(s["finished_at"])) for s in stages]
    events = [Event("enqueued", s["id"], at=0.0) for s in stages]
    attempts = {(s["incident_id"], s["id"]): s["attempt"] for s in stages}
    for row in await wing.sql("SELECT id, state_data::text FROM incidents"):
        effects = json.loads(row["state_data"]).get("effects", [])
        events += [Event("effect", stage_id, attempts[row["id"], stage_id]) for stage_id in effects]
    return check([*read(wing.history), *events], ends), stages


async def hold_whole(wing: Wing, ids: Sequence[str], stages: Sequence[asyncpg.Record]) -> None:
    """Fail the test unless each incident took every stage once, and every table says so."""
    each = Counter((s["incident_id"], s["name"]) for s in stages)
    names = ("begin", "prepare", "work", "total", "last", "tail")
    assert each == {(i, name): MEMBERS if name == "work" else 1 for i in ids for name in names}
    rows = await wing.sql("SELECT state, comment, state_data ->> 'total' AS total FROM incidents")
    assert {tuple(row) for row in rows} == {("complete", "done", str(sum(n**2 for n in range(MEMBERS))))}
    # A stage has one job that succeeded, whoever ran it and however often.
    [jobs] = await wing.sql(
        "SELECT count(*), count(DISTINCT payload ->> 'stage_id') FROM finished_jobs"
        " WHERE kind = 'workflows.stage' AND state = 'succeeded'"
    )
    assert tuple(jobs) == (len(stages), len(stages))
    # Who follows the facts, as webhooks do, hears of each end once.
    [facts] = await wing.sql("SELECT count(*), count(DISTINCT subject_id) FROM events WHERE type = 'stage.succeeded'")
    assert tuple(facts) == (len(stages), len(stages))
    [over] = await wing.sql(
        "SELECT count(*), count(DISTINCT subject_id) FROM events"
        " WHERE type = 'incident.state_changed' AND data ->> 'after' = 'complete'"
    )
    assert tuple(over) == (len(ids), len(ids))

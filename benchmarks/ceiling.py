"""The limit: bare asyncpg on the layout that won, and nothing of a runtime.

No lease, no retry, no timeout, no validation, no result, no kinds: a live table, an archive, batches of 500, claim and
finish on a connection each so that they overlap, a bare coroutine per job.
"""

import asyncio
import json
import os
from typing import Any

import asyncpg

from benchmarks.peers.program import Program, Runs, in_thousands, payload

BATCH = 500

SCHEMA = """
CREATE TABLE bare_jobs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text NOT NULL, priority int NOT NULL DEFAULT 0,
    state smallint NOT NULL DEFAULT 0, attempt int NOT NULL DEFAULT 0, node text, started_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(), payload jsonb NOT NULL
) WITH (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX ON bare_jobs (priority DESC, id) WHERE state = 0;
CREATE TABLE bare_done (
    id bigint PRIMARY KEY, kind text NOT NULL, state text NOT NULL, attempt int NOT NULL, node text,
    created_at timestamptz NOT NULL, started_at timestamptz, finished_at timestamptz NOT NULL DEFAULT now(),
    payload jsonb NOT NULL
);
"""
INSERT = "INSERT INTO bare_jobs (kind, payload) SELECT 'noop', body::jsonb FROM unnest($1::text[]) AS body"
CLAIM = """
UPDATE bare_jobs SET state = 1, attempt = attempt + 1, node = $2, started_at = now() WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM bare_jobs WHERE state = 0 AND id > $3 ORDER BY priority DESC, id LIMIT $1 FOR UPDATE SKIP LOCKED
)) RETURNING id, payload::text AS payload
"""
FINISH = """
WITH ended AS (DELETE FROM bare_jobs WHERE id = ANY($1::bigint[]) RETURNING *)
INSERT INTO bare_done (id, kind, state, attempt, node, created_at, started_at, payload)
SELECT id, kind, 'succeeded', attempt, node, created_at, started_at, payload FROM ended
"""


class Ceiling(Program):
    async def open(self, url: str) -> None:
        options = {"server_settings": {"jit": "off", "enable_seqscan": "off"}}
        self.first, self.second = [await asyncpg.connect(url, **options) for _ in range(2)]
        await self.first.execute(SCHEMA)
        self.waiting: list[tuple[str, asyncio.Future[None]]] = []
        self.wanted = asyncio.Event()

    async def bulk(self, count: int) -> float:
        return await in_thousands(count, lambda some: self.first.execute(INSERT, [body(i) for i in some]))

    async def enqueue(self, count: int, callers: int) -> float:
        """Coalesced: two committers, a batch forms while the one before commits."""
        committers = [asyncio.create_task(self._commit(c)) for c in (self.first, self.second)]
        rate = await super().enqueue(count, callers)
        for committer in committers:
            committer.cancel()
        await asyncio.wait(committers)
        return rate

    async def one(self, index: int) -> None:
        committed = asyncio.get_running_loop().create_future()
        self.waiting.append((body(index), committed))
        self.wanted.set()
        await committed

    async def drain(self, count: int) -> dict[str, Any]:
        runs = Runs(count)
        done: asyncio.Queue[list[int]] = asyncio.Queue(2)

        async def noop(row: asyncpg.Record) -> int:
            runs.take(json.loads(row["payload"])["index"])
            return int(row["id"])

        async def claim() -> None:
            seen = 0
            while rows := await self.first.fetch(CLAIM, BATCH, str(os.getpid()), seen):
                ids = list(await asyncio.gather(*[noop(row) for row in rows]))
                seen = max(ids)
                await done.put(ids)
            await done.put([])

        async def finish() -> None:
            while ids := await done.get():
                await self.second.execute(FINISH, ids)

        async def recorded() -> int:
            found: int = await self.first.fetchval("SELECT count(*) FROM bare_done WHERE state = 'succeeded'")
            return found

        await asyncio.gather(claim(), finish())
        return await runs.ended(recorded)

    async def close(self) -> None:
        await self.first.close()
        await self.second.close()

    async def _commit(self, connection: asyncpg.Connection) -> None:
        while True:
            await self.wanted.wait()
            batch, self.waiting = self.waiting[:BATCH], self.waiting[BATCH:]
            if not self.waiting:
                self.wanted.clear()
            if batch:
                await connection.execute(INSERT, [text for text, _ in batch])
                for _, committed in batch:
                    committed.set_result(None)


def body(index: int) -> str:
    return json.dumps(payload(index))


program = Ceiling

"""What asking who calls costs, and what they may see: beside the same without.

Run: python -m benchmarks.accounts [--quick] [--json]

In one process with a PostgreSQL of its own, both sides in turns. The list has 10,000 objects, half of them the caller's
own, a quarter the house's and a quarter shared with a group; it is walked in pages of 500, as the API shows them. CPU
time counts, of this process and of PostgreSQL's for it, not the clock.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from app.kernel.ids import new_id
from app.kernel.migrate import migrate
from app.kernel.node import Node
from app.kernel.paging import page_of
from app.kernel.postgres import EmbeddedPostgres
from app.kernel.principal import HOUSE, Principal, Role
from app.kernel.web import api_router
from app.life import load_settings
from app.main import MODULES
from app.modules import accounts
from app.modules.accounts.authentication import Authentication
from app.modules.simulation.models import Simulation
from app.modules.simulation.schemas import SimulationView
from benchmarks.report import Row, median_row, publish

OBJECTS = 10_000
GROUP = "grp_bench"
_UNLIMITED = (
    "limits.user_requests_per_second",
    "limits.user_requests_burst",
    "limits.stranger_requests_per_second",
    "limits.stranger_requests_burst",
)
CALLER = Principal(user_id="usr_bench", name="Ben", role=Role.VIEWER, group_ids=frozenset({GROUP}))
_FILL = text(
    """
    INSERT INTO simulations (id, owner_id, name, spec, max_attempts)
    SELECT 'sim_' || lpad(g::text, 26, '0'),
           CASE WHEN g % 4 < 2 THEN CAST(:me AS text) WHEN g % 4 = 2 THEN CAST(:house AS text) ELSE 'usr_other' END,
           'spread ' || g, '{"command": ["true"], "resources": {"walltime_seconds": 1, "cores": 1}}', 1
    FROM generate_series(1, :count) AS g
    """
)
_SHARE = text(
    "INSERT INTO shares (object_id, subject_id, level, shared_by)"
    " SELECT id, :subject, 'view', 'usr_other' FROM simulations WHERE owner_id = 'usr_other'"
)


async def main(*, quick: bool, as_json: bool) -> int:
    """Measure and publish."""
    rounds, requests = (7, 400) if quick else (15, 3000)
    with tempfile.TemporaryDirectory() as directory:
        postgres = EmbeddedPostgres(Path(directory) / "postgres", settings={"fsync": "off"})
        url = (await postgres.start()).url
        try:
            engine = create_async_engine(url, poolclass=NullPool)
            await migrate(engine)
            await engine.dispose()
            node = Node(
                load_settings(dict.fromkeys(_UNLIMITED, 10**9) | {"data_directory": directory}, {}), MODULES, url
            )
            try:
                rows = [
                    await asking(node, rounds, requests),
                    await saying(node, rounds, requests),
                    await listing(node, rounds),
                ]
            finally:
                await node.stop()
        finally:
            await postgres.stop()
    return publish("accounts", rows, as_json=as_json)


async def asking(node: Node, rounds: int, requests: int) -> Row:
    """Return what it costs to find out who calls and whether they may, of a request without a database."""
    router = api_router("bench")

    @router.get("/bench", operation_id="bench")
    async def bench() -> dict[str, int]:
        return {"answer": 42}

    app = FastAPI()
    app.state.node = node
    app.include_router(router)
    async with node.database.transaction() as session:
        user = await accounts.create_user(
            session, "ben@example.org", "Ben", Role.VIEWER, "correct horse battery staple"
        )
        _, raw = await accounts.create_token(session, user.id, "bench", ("*",))
    node.authenticate = Authentication(node)
    header = [(b"authorization", f"Bearer {raw}".encode())]

    async def many(least: Role) -> float:
        node.permissions = {"bench": least}
        await _get(app, header)
        began_at = time.process_time()
        for _ in range(requests):
            await _get(app, header)
        return (time.process_time() - began_at) / requests * 1e6

    ours, added = await _in_turns(rounds, lambda: many(Role.VIEWER), lambda: many(Role.PUBLIC))
    print(f"open {min(ours[1]):.0f} us, authenticated {min(ours[0]):.0f} us", file=sys.stderr)
    return median_row("authenticated request without a database, CPU beside an open one", "us", added, target=60)


async def saying(node: Node, rounds: int, transactions: int) -> Row:
    """Return what it costs a transaction to become its caller's."""

    async def many(made: Callable[[], AsyncSession]) -> float:
        began_at = await _cpu_seconds(node)
        for _ in range(transactions):
            async with made() as session:
                await session.execute(text("SELECT 1"))
        return (await _cpu_seconds(node) - began_at) / transactions * 1e6

    _, added = await _in_turns(
        rounds, lambda: many(lambda: node.database.session_of(CALLER)), lambda: many(node.database.sessions)
    )
    return median_row("a transaction that is its caller's, beside the server's own", "us", added)


async def listing(node: Node, rounds: int) -> Row:
    """Return how much longer a list takes when each object is checked, twice."""
    async with node.database.transaction() as session:
        await session.execute(_FILL, {"me": CALLER.user_id, "house": HOUSE, "count": OBJECTS})
        await session.execute(_SHARE, {"subject": GROUP})
    engine = create_async_engine(node.database.engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:  # as the owner of the tables
        await connection.execute(text("VACUUM ANALYZE simulations, shares"))
    await engine.dispose()

    async def walk(made: Callable[[], AsyncSession]) -> float:
        began_at = await _cpu_seconds(node)
        cursor, count = None, 0
        while True:
            async with made() as session:
                rows: list[Simulation]
                keys = [Simulation.created_at, Simulation.id]
                rows, cursor = await page_of(session, select(Simulation), keys, cursor=cursor, limit=500)
                count += len([SimulationView.model_validate(row) for row in rows])
            if cursor is None:
                assert count == OBJECTS, count
                return (await _cpu_seconds(node) - began_at) * 1e3

    sides, _ = await _in_turns(
        rounds, lambda: walk(lambda: node.database.session_of(CALLER)), lambda: walk(node.database.sessions)
    )
    other = sorted(sides[1])[len(sides[1]) // 2]
    return median_row(
        "list of 10,000 objects, each checked by both walls",
        "ms",
        sides[0],
        other=round(other, 1),
        other_name="the same without a check",
        target=1.2,
        target_is_ratio=True,
    )


async def _cpu_seconds(node: Node) -> float:
    """Return the CPU time of this process and of its connections' backends."""
    async with node.database.connection() as connection:
        pids = await connection.scalars(text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()"))
        theirs = sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in pids)
    return time.process_time() + theirs / 1e9


async def _in_turns(
    rounds: int, ours: Callable[[], Awaitable[float]], other: Callable[[], Awaitable[float]]
) -> tuple[tuple[list[float], list[float]], list[float]]:
    await ours(), await other()
    pairs = [(await ours(), await other()) for _ in range(rounds)]
    return ([a for a, _ in pairs], [b for _, b in pairs]), [a - b for a, b in pairs]


async def _get(app: FastAPI, headers: list[tuple[bytes, bytes]]) -> None:
    status = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            status.append(message["status"])

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/v1/bench",
        "raw_path": b"/api/v1/bench",
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "state": {"request_id": new_id("req")},
    }
    await app(scope, receive, send)
    assert status == [200], status


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    sys.exit(asyncio.run(main(quick=arguments.quick, as_json=arguments.json)))

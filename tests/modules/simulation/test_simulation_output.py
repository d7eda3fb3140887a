"""What runs write, as it is written: one reader for all who watch, and the stream over HTTP."""

import asyncio
import json
import statistics
import time
from pathlib import Path

import httpx
import pytest
from simulation_probe import ended, machine_of, submit, until
from sqlalchemy import text

from app.kernel.node import Node
from app.modules.simulation.errors import TooManyViewers
from app.modules.simulation.following import Following, following_of
from tests.conftest import TestServer

LINES = 40


def frames(text: str) -> list[tuple[str, dict[str, object]]]:
    """Return what a stream said."""
    found = []
    for block in text.split("\n\n"):
        if block.startswith("event: "):
            kind, _, data = block.partition("\ndata: ")
            found.append((kind.removeprefix("event: "), json.loads(data)))
    return found


async def test_a_stream_has_all_of_it_and_how_it_ended(
    running_node: Node, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    wait = f"until [ -e {tmp_path}/go ]; do sleep 0.02; done"
    script = f"printf 'before\\303'; {wait}; printf '\\251after'; echo e >&2; exit 3"
    simulation_id = await submit(running_node, ["sh", "-c", script], max_attempts=1)
    path = f"/api/v1/simulations/{simulation_id}/output/stream"
    await until(running_node, lambda rows: rows[0].state == "running")
    streams = [asyncio.create_task(client.get(path, params={"stream": one})) for one in ("stdout", "stdout", "stderr")]
    following = following_of(running_node)
    async with asyncio.timeout(20):
        while sum(len(reader.viewers) for reader in following._readers.values()) < 3:
            await asyncio.sleep(0.01)
    assert len(following._readers) == 2  # two viewers of one stream have one reader
    (tmp_path / "go").touch()
    first, second, errors = [frames(answer.text) for answer in await asyncio.gather(*streams)]
    assert "".join(str(data["text"]) for kind, data in second if kind == "output") == "beforeéafter"
    assert first[0] == ("hello", {"simulation_id": simulation_id, "attempt": 1, "stream": "stdout"})
    assert "".join(str(data["text"]) for kind, data in first if kind == "output") == "beforeéafter"
    assert first[-1] == ("end", {"state": "failed"})
    assert [data.get("text") for kind, data in errors if kind == "output"] == ["e\n"]
    await ended(running_node)
    late = frames((await client.get(path, params={"tail_bytes": 3})).text)
    assert [data for kind, data in late if kind != "hello"] == [{"text": "ter", "offset": 13}, {"state": "failed"}]
    assert following._readers == {}
    assert (await client.get("/api/v1/simulations/sim_none/output/stream")).status_code == 404


async def test_lines_are_seen_soon_after_they_are_written(running_node: Node, tmp_path: Path) -> None:
    script = f"import time\nfor n in range({LINES}):\n    print(time.time(), flush=True); time.sleep(0.05)\n"
    await submit(running_node, ["python", "-c", script])
    (row,) = await until(running_node, lambda rows: rows[0].state == "running")
    wake = asyncio.Event()
    lags: list[float] = []
    with following_of(running_node).seat(row, await machine_of(running_node), "stdout", wake) as reader:
        reader.begin(0)
        at = 0
        async with asyncio.timeout(60):
            while reader.ended_as is None:
                await wake.wait()
                wake.clear()
                at, written = reader.since(at)
                at += len(written)
                lags += [time.time() - float(line) for line in written.decode().split()[-1:]]
    assert len(lags) > LINES / 2
    print("median lag", statistics.median(lags), "of", len(lags))
    # 20 ms on a machine with something to spare; here others are at work.
    assert statistics.median(lags) < 0.25


async def test_a_reader_outlives_a_database_that_was_away(
    running_node: Node, server: TestServer, tmp_path: Path
) -> None:
    await submit(running_node, ["sh", "-c", f"until [ -e {tmp_path}/go ]; do sleep 0.02; done; echo done"])
    (row,) = await until(running_node, lambda rows: rows[0].state == "running")
    async with running_node.database.sessions() as session:
        name = await session.scalar(text("SELECT current_database()"))
    wake = asyncio.Event()
    with following_of(running_node).seat(row, await machine_of(running_node), "stdout", wake) as reader:
        reader.begin(0)
        async with asyncio.timeout(60):
            await server.execute(
                f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
                " AND backend_type = 'client backend'",
            )
            try:
                while reader.trouble is None:
                    await wake.wait()
                    wake.clear()
            finally:
                await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
            assert reader.trouble == "the database does not answer"
            (tmp_path / "go").touch()
            while reader.ended_as is None:
                await wake.wait()
                wake.clear()
        assert reader.since(0) == (0, b"done\n")
    await ended(running_node)


async def test_seats_are_counted(running_node: Node) -> None:
    await submit(running_node, ["sleep", "0.2"])
    (row,) = await until(running_node, lambda rows: rows[0].marker is not None)
    machine = await machine_of(running_node)
    following = Following(running_node)
    following._most = 1
    one, other = asyncio.Event(), asyncio.Event()
    with following.seat(row, machine, "stdout", one), pytest.raises(TooManyViewers):
        following.seat(row, machine, "stderr", other).__enter__()
    await following.stop()
    await ended(running_node)

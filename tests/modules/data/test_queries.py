"""A database elsewhere that is asked: what its answers become, what it is never made to do, and asking again."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI, Request

from app.kernel.http import GuardedClient
from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.kernel.settings import EgressSettings
from app.modules import jobs
from app.modules.data.receiving import Receiver
from tests.conftest import TestServer

API = "/api/v1"


@pytest.fixture
async def port(server: TestServer) -> AsyncIterator[int]:
    """A port that leads to the tests' PostgreSQL, which listens on a socket of the file system."""
    parts = urlsplit(server.url)
    asked = parse_qs(parts.query)
    path = f"{asked['host'][0]}/.s.PGSQL.{asked.get('port', ['5432'])[0]}"
    tasks: set[asyncio.Task[None]] = set()

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(65536):
                writer.write(chunk)
                await writer.drain()
        writer.close()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, ahead = await asyncio.open_unix_connection(path)
        for one in (pipe(reader, ahead), pipe(behind, writer)):
            task = asyncio.create_task(one)
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    listening = await asyncio.start_server(accept, "127.0.0.1", 0)
    yield listening.sockets[0].getsockname()[1]
    listening.close()
    for task in [*tasks]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def gauges(
    running_node: Node, client: httpx.AsyncClient, server: TestServer, database_url: str, port: int
) -> AsyncIterator[dict[str, Any]]:
    """A storage that is the table ``gauges`` of another database."""
    running_node.http = GuardedClient(EgressSettings(allow=["127.0.0.1/32"]))
    name = urlsplit(database_url).path[1:] + "_gauges"
    await server.execute(f"CREATE DATABASE {name}")
    await server.execute(
        "CREATE TABLE gauges (station text, level numeric, at timestamptz)",
        "INSERT INTO gauges VALUES ('Bern, \"Aare\"', 1.50, '2026-03-01T12:00Z'), ('Chur', NULL, NULL)",
        database=name,
    )
    kept = {"name": "hydro", "kind": "password", "settings": {"user": "stormbell", "password": "of no worth"}}
    credential = (await client.post(f"{API}/credentials", json=kept)).json()["id"]
    settings = {"host": "127.0.0.1", "port": port, "database": name, "tls": "off", "statement_seconds": 2}
    wanted = {"name": "hydro", "driver": "postgresql", "settings": settings, "credential": credential}
    made = await client.post(f"{API}/storages", json=wanted)
    assert made.status_code == 201, made.text
    yield made.json() | {"database": name}
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def ended(node: Node, answer: httpx.Response) -> Any:
    assert answer.status_code == 202, answer.text
    async with asyncio.timeout(60):
        while True:
            async with node.database.sessions() as session:
                found = await jobs.detail(session, answer.json()["job_id"])
            if found.finished_at is not None:
                return found
            await asyncio.sleep(0.02)


async def asked(client: httpx.AsyncClient, storage: dict[str, Any], query: str, **more: Any) -> httpx.Response:
    return await client.post(f"{API}/datasets/query", json={"storage_id": storage["id"], "query": query, **more})


@pytest.mark.covers("W5")
async def test_an_answer_becomes_a_data_set_and_is_asked_for_again(
    running_node: Node, client: httpx.AsyncClient, server: TestServer, gauges: dict[str, Any]
) -> None:
    node = running_node
    tried = (await client.post(f"{API}/storages/{gauges['id']}/test")).json()
    assert (tried["state"], tried["capabilities"]) == ("answers", ["query"]), tried
    sql = "SELECT station, level, at AT TIME ZONE 'UTC' AS at FROM gauges ORDER BY station -- all;"
    begun = await asked(client, gauges, sql, name="gauges.csv", tags=["hydro"])
    assert (await ended(node, begun)).state == "succeeded"
    dataset_id = begun.json()["dataset_id"]
    found = (await client.get(f"{API}/datasets/{dataset_id}")).json()
    assert (found["name"], found["media_type"], found["tags"]) == ("gauges.csv", "text/csv", ["hydro"])
    assert found["provenance"]["origin"]["sql"] == sql
    content = (await client.get(f"{API}/datasets/{dataset_id}/content")).text
    assert content == 'station,level,at\n"Bern, ""Aare""",1.50,2026-03-01 12:00:00\nChur,,\n'
    lines = await asked(client, gauges, "TABLE gauges", form="ndjson")
    await ended(node, lines)
    rows = (await client.get(f"{API}/datasets/{lines.json()['dataset_id']}/content")).text.splitlines()
    assert json.loads(rows[0])["level"] == 1.50
    assert len(rows) == 2

    again = await client.post(f"{API}/datasets/{dataset_id}/refresh")
    end = await ended(node, again)
    assert (end.state, end.result["dataset_id"], end.result["unchanged"]) == ("succeeded", dataset_id, True)
    assert (await client.get(f"{API}/datasets/{again.json()['dataset_id']}")).status_code == 404
    await server.execute("UPDATE gauges SET level = 2 WHERE station = 'Chur'", database=gauges["database"])
    newer = await client.post(f"{API}/datasets/{dataset_id}/refresh")
    assert (await ended(node, newer)).result["dataset_id"] == newer.json()["dataset_id"]
    second = (await client.get(f"{API}/datasets/{newer.json()['dataset_id']}")).json()
    assert (second["version"], second["series_id"], second["tags"]) == (2, dataset_id, ["hydro"])
    graph = (await client.get(f"{API}/datasets/{dataset_id}/provenance")).json()
    assert [one["label"] for one in graph["nodes"] if one["kind"] == "origin"] == [sql]
    uploaded = await client.post(f"{API}/datasets", params={"name": "x"}, content=b"x")
    refused = await client.post(f"{API}/datasets/{uploaded.json()['id']}/refresh")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_refreshable")


@pytest.mark.security("S9")
async def test_a_query_reads_and_does_nothing_else(
    running_node: Node, client: httpx.AsyncClient, server: TestServer, gauges: dict[str, Any]
) -> None:
    for query, more, said in (
        ("DELETE FROM gauges RETURNING *", {}, "syntax error"),
        ("WITH gone AS (DELETE FROM gauges RETURNING *) SELECT * FROM gone", {}, ""),
        ("SELECT 1; DROP TABLE gauges", {}, "multiple commands"),
        ("SELECT 1) AS q; COMMIT; DROP TABLE gauges; SELECT * FROM (SELECT 1", {}, "syntax error"),
        ("SELECT 1) TO STDOUT; DROP TABLE gauges; --", {}, "syntax error"),
        ("SELECT set_config('transaction_read_only', 'off', true)", {}, "read-write mode"),
        ("SELECT pg_sleep(60)", {}, "had not ended after 2 s"),
        ("TABLE nothing", {}, "does not exist"),
        ("TABLE gauges", {"most_rows": 1}, "more than 1 rows"),
        ("TABLE gauges", {"most_rows": 1, "form": "ndjson"}, "more than 1 rows"),
    ):
        begun = await asked(client, gauges, query, **more)
        end = await ended(running_node, begun)
        assert (end.state, len(end.attempts)) == ("failed", 1), (query, end)
        assert said in end.error, (query, end.error)
    small = gauges["settings"] | {"largest_bytes": 10}
    assert (await client.patch(f"{API}/storages/{gauges['id']}", json={"settings": small})).status_code == 200
    assert "more than 10 bytes" in (await ended(running_node, await asked(client, gauges, "TABLE gauges"))).error
    assert await asyncio.to_thread(Receiver.of(running_node).known) == []
    await server.execute("SELECT 1 / (count(*) = 2)::int FROM gauges", database=gauges["database"])


@pytest.mark.security("S6", "S9")
async def test_whose_database_it_is_and_where_it_may_be(
    running_node: Node, client: httpx.AsyncClient, app: FastAPI, gauges: dict[str, Any]
) -> None:
    local = (await client.get(f"{API}/storages")).json()["items"][-1]
    assert local["driver"] == "local"
    refused = await asked(client, local, "SELECT 1")
    assert (refused.status_code, refused.json()["code"]) == (409, "storage_cannot")
    files = await client.get(f"{API}/storages/{gauges['id']}/files")
    assert (files.status_code, files.json()["code"]) == (409, "storage_cannot")
    running_node.http = GuardedClient(EgressSettings(allow=[]))
    again = {name: gauges[name] for name in ("driver", "settings")} | {"credential": gauges["credential_id"]}
    tried = (await client.post(f"{API}/storages/try", json={"name": "again", **again})).json()
    assert (tried["state"], tried["code"]) == ("unreachable", "egress_denied"), tried
    authenticate: Callable[[Request], Any] = running_node.authenticate

    async def ben(_request: Request) -> Principal:
        return Principal(user_id="usr_ben", name="Ben", role=Role.RUNNER)

    running_node.authenticate = ben
    hidden = await asked(client, gauges, "SELECT 1")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "storage_not_found")
    running_node.authenticate = authenticate

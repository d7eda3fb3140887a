"""Observations: several at once up to a maximum, in three modes, ended by a word or by silence."""

import asyncio
from typing import Any

import httpx
import pytest
from observer_probe import ADD_JOBS, ADD_NODE, CHANGE_NODE, next_of, watching
from sqlalchemy import text

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.kernel.settings import Settings
from app.modules.observer.node_parts import board_of
from tests.conftest import settings_for

OBSERVATIONS = "/api/v1/observations"


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    return settings_for(tmp_path / "data", **{"observer.maximum": 3, "observer.sample_seconds": 1})


async def start(client: httpx.AsyncClient, **body: Any) -> str:
    answer = await client.post(OBSERVATIONS, json=body)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"{OBSERVATIONS}/{answer.json()['id']}"
    return str(answer.json()["id"])


@pytest.mark.covers("J11")
async def test_live_is_pushed_when_something_changed(url: str, client: httpx.AsyncClient, sql: Any) -> None:
    await sql(ADD_NODE, id="boot_1", name="heron", state="waiting")
    async with watching(url, await start(client)) as stream:
        assert (await next_of(stream)).event == "hello"
        first = await next_of(stream, "snapshot")
        assert first.data["latency_ms"] >= 0
        await sql(CHANGE_NODE, id="boot_1", state="working", reason=None)
        told = await next_of(stream, "node_changed")
        assert (told.data["name"], told.data["old_state"], told.data["new_state"]) == ("heron", "waiting", "working")
        snapshot = await next_of(stream, "snapshot")
        assert int(snapshot.id) > int(first.id)
        assert next(n for n in snapshot.data["snapshot"]["nodes"] if n["name"] == "heron")["state"] == "working"


@pytest.mark.covers("J11")
async def test_who_comes_back_is_told_each_change_once(url: str, client: httpx.AsyncClient, sql: Any) -> None:
    await sql(ADD_NODE, id="boot_1", name="heron", state="waiting")
    observation = await start(client)
    async with watching(url, observation) as stream:
        last = await next_of(stream, "snapshot")
    for state in ("working", "paused", "waiting"):
        await sql(CHANGE_NODE, id="boot_1", state=state, reason=None)
    async with watching(url, observation, after=last.id) as stream:
        told = [(await next_of(stream, "node_changed")).data["new_state"] for _ in range(3)]
        seen = await next_of(stream, "snapshot")
    assert told == ["working", "paused", "waiting"]
    async with watching(url, observation, after="1") as stream:
        assert (await next_of(stream, "gap")).data["until"] >= int(seen.id)


@pytest.mark.covers("J11")
async def test_modes_are_switched_while_the_stream_is_open(url: str, client: httpx.AsyncClient, sql: Any) -> None:
    await sql(ADD_NODE, id="boot_1", name="heron", state="waiting")
    observation = await start(client, mode="periodic", period_seconds=1)
    async with watching(url, observation) as stream:
        await next_of(stream, "batch")
        await sql(CHANGE_NODE, id="boot_1", state="working", reason=None)
        await sql(CHANGE_NODE, id="boot_1", state="paused", reason="asked")
        changes: list[str] = []
        while len(changes) < 2:
            changes += [change["new_state"] for change in (await next_of(stream, "batch")).data["changes"]]
        assert changes == ["working", "paused"]
        switched = await client.patch(f"{OBSERVATIONS}/{observation}", json={"mode": "live"})
        assert switched.json()["mode"] == "live"
        told = await next_of(stream, "mode_switched")
        assert (told.data["old_mode"], told.data["new_mode"]) == ("periodic", "live")
        await sql(ADD_JOBS, queue="mail", count=4, delay=0, state="queued")
        while True:
            snapshot = (await next_of(stream, "snapshot")).data["snapshot"]
            if any(queue["name"] == "mail" and queue["depth"] == 4 for queue in snapshot["queues"]):
                break
        await client.patch(f"{OBSERVATIONS}/{observation}", json={"mode": "manual"})
        assert (await next_of(stream, "mode_switched")).data["new_mode"] == "manual"
        asked = await client.get("/api/v1/observer/snapshot", params={"observation_id": observation})
        assert asked.json()["observers"] == 1
        await client.delete(f"{OBSERVATIONS}/{observation}")
        assert (await next_of(stream)).event == "ended"  # and nothing was pushed before
    assert (await client.get(f"{OBSERVATIONS}/{observation}")).json()["code"] == "observation_not_found"


@pytest.mark.covers("J9", "J11")
async def test_beyond_the_maximum_is_refused_until_one_is_silent(client: httpx.AsyncClient, sql: Any) -> None:
    answers = await asyncio.gather(*[client.post(OBSERVATIONS, json={"mode": "manual"}) for _ in range(6)])
    assert sorted(answer.status_code for answer in answers) == [201, 201, 201, 429, 429, 429]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["code"] == "observers_exhausted"
    assert 5 <= int(refused.headers["Retry-After"]) <= 60
    await sql(
        "UPDATE observations SET seen_at = now() - interval '61 seconds' WHERE id = (SELECT min(id) FROM observations)"
    )
    await start(client)
    assert len((await client.get(OBSERVATIONS)).json()["items"]) == 3


@pytest.mark.covers("J9")
async def test_a_viewer_observes_and_may_not_touch_anothers(
    client: httpx.AsyncClient, node: Node, owner: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = await start(client)
    before = node.authenticate

    async def viewer(request: Any) -> Principal | None:
        known = await before(request)
        return known and Principal(user_id="usr_viewer", name="Vera", role=Role.VIEWER)

    monkeypatch.setattr(node, "authenticate", viewer)
    theirs = await start(client)
    assert (await client.get("/api/v1/observer/snapshot")).status_code == 200
    assert (await client.get("/api/v1/observer/history")).status_code == 200
    assert (await client.delete(f"{OBSERVATIONS}/{mine}")).json()["code"] == "observation_not_yours"
    assert (await client.patch(f"{OBSERVATIONS}/{mine}", json={"mode": "manual"})).status_code == 403
    # To take its stream would end theirs; to ask in its name would keep it going.
    assert (await client.get(f"{OBSERVATIONS}/{mine}/stream")).json()["code"] == "observation_not_yours"
    assert (await client.get("/api/v1/observer/snapshot", params={"observation_id": mine})).status_code == 403
    assert (await client.get("/api/v1/observer/snapshot", params={"observation_id": theirs})).status_code == 200
    assert (await client.delete(f"{OBSERVATIONS}/{theirs}")).status_code == 204


@pytest.mark.covers("J9")
async def test_a_stream_ends_with_the_right_to_read_it(
    url: str, client: httpx.AsyncClient, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    observation = await start(client, mode="manual")
    async with httpx.AsyncClient() as anybody:
        assert (await anybody.get(f"{url}{OBSERVATIONS}/{observation}/stream")).status_code == 401
    async with watching(url, observation) as stream:
        assert (await next_of(stream)).event == "hello"

        async def nobody(_request: Any) -> None:
            return None

        monkeypatch.setattr(node, "authenticate", nobody)
        with pytest.raises(StopAsyncIteration):
            await next_of(stream)


async def test_draining_ends_every_stream(url: str, client: httpx.AsyncClient, node: Node) -> None:
    async with watching(url, await start(client)) as stream:
        await next_of(stream, "snapshot")
        node.draining.set()
        async with asyncio.timeout(20):
            assert {message.event async for message in stream} <= {"snapshot", "node_changed"}


async def test_all_observers_share_one_look_and_its_price_is_bounded(
    url: str, client: httpx.AsyncClient, node: Node, sql: Any
) -> None:
    streams = [watching(url, await start(client)) for _ in range(3)]
    async with streams[0] as first, streams[1] as second, streams[2] as third:
        for stream in (first, second, third):
            await next_of(stream, "snapshot")
        board = board_of(node)
        looked, began_at = board.look_count, asyncio.get_running_loop().time()
        for number in range(4):
            await sql(ADD_JOBS, queue=f"q{number}", count=1, delay=0, state="queued")
            ids = set()
            for stream in (first, second, third):
                while True:
                    message = await next_of(stream, "snapshot")
                    if any(queue["name"] == f"q{number}" for queue in message.data["snapshot"]["queues"]):
                        break
                ids.add(message.id)
            assert len(ids) == 1
        elapsed = asyncio.get_running_loop().time() - began_at
        assert board.look_count - looked <= elapsed / 0.25 + 2


async def test_who_sits_down_while_the_board_reads_anew_stays(url: str, client: httpx.AsyncClient, node: Node) -> None:
    async def sit(observation: str) -> None:
        async with watching(url, observation) as stream:
            assert (await next_of(stream)).event == "hello"
            for event in ("snapshot", "mode_switched"):
                assert (await next_of(stream, event, "ended")).event == event

    started = [await start(client) for _ in range(3)]
    sitting = [asyncio.create_task(sit(one)) for one in started]
    async with asyncio.timeout(20):
        while len(board_of(node).readers) < len(started):
            await asyncio.sleep(0.005)
        for _ in range(50):  # each makes the board read all observations again
            board_of(node).heard()
            node.bus.wake("observer", remote=False)
            await asyncio.sleep(0.005)
        for one in started:
            await client.patch(f"{OBSERVATIONS}/{one}", json={"mode": "periodic"})
        await asyncio.gather(*sitting)


async def test_one_stream_of_an_observation_ends_the_older(url: str, client: httpx.AsyncClient) -> None:
    observation = await start(client, mode="manual")
    async with watching(url, observation) as older:
        assert (await next_of(older)).event == "hello"
        async with watching(url, observation) as newer:
            assert (await next_of(newer)).event == "hello"
            assert (await next_of(older)).event == "ended"


@pytest.mark.covers("J9")
async def test_samples_are_kept_while_anybody_observes(url: str, client: httpx.AsyncClient, node: Node) -> None:
    async with watching(url, await start(client)) as stream:
        await next_of(stream, "snapshot")
        async with asyncio.timeout(30):
            while True:
                async with node.database.transaction() as session:
                    kept = await session.scalar(text("SELECT count(*) FROM observer_samples"))
                if kept >= 3:
                    break
                await asyncio.sleep(0.1)
    history = (await client.get("/api/v1/observer/history", params={"points": 2})).json()
    assert 1 <= len(history["points"]) <= 2


async def test_times_before_and_after_all_time_are_refused(client: httpx.AsyncClient) -> None:
    for asked in (
        {"to": "0001-01-01T00:00:00Z"},
        {"to": "0001-01-01T12:00:00+14:00"},
        {"from": "9999-12-31T23:59:59-14:00"},
    ):
        answer = await client.get("/api/v1/observer/history", params=asked)
        assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid"), asked
        assert "years 1 to 9999" in answer.json()["detail"]
    everything: dict[str, str | int] = {"from": "0001-01-01T00:00:00Z", "to": "9999-12-31T23:59:59Z", "points": 1000}
    assert (await client.get("/api/v1/observer/history", params=everything)).status_code == 200


@pytest.mark.covers("J4", "J9")
async def test_a_day_of_samples_is_thinned_out(client: httpx.AsyncClient, sql: Any) -> None:
    await sql("DELETE FROM observer_samples")
    data = (
        '{"estimated": false, "nodes": [], "queues": [], "finished_per_second": 1, "start_p50_seconds": null,'
        ' "start_p95_seconds": null, "deaths": 0, "rebalances": 0}'
    )
    await sql(
        "INSERT INTO observer_samples (at, data) SELECT now() - g * interval '5 seconds', CAST(:data AS text)::jsonb"
        " FROM generate_series(1, 17000) AS g",
        data=data,
    )
    span = {"from": (await sql("SELECT to_char(now() - interval '24 hours', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"))[0][0]}
    answer = await client.get("/api/v1/observer/history", params=span | {"points": 300})
    points = answer.json()["points"]
    assert 290 <= len(points) <= 300
    assert [point["at"] for point in points] == sorted({point["at"] for point in points})
    wrong = await client.get("/api/v1/observer/history", params={"from": "2030-01-01T00:00:00Z"})
    assert wrong.status_code == 422

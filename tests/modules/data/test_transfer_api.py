"""Transfers over HTTP: planned, begun, followed, cancelled, predicted; whose they are."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules.data.transfer_models import LIVE
from app.modules.data.transfer_prediction import from_history
from tests.conftest import _client
from tests.modules.data.test_transfer_engine import dataset, ended, storage

ADA = Principal(user_id="usr_ada", name="Ada", role=Role.RUNNER)
BEN = Principal(user_id="usr_ben", name="Ben", role=Role.RUNNER)


async def post(client: httpx.AsyncClient, path: str, expected: int = 202, **body: Any) -> Any:
    answer = await client.post(f"/api/v1/{path}", json=body)
    assert answer.status_code == expected, answer.text
    return answer.json()


@pytest.mark.covers("V35", "V37", "V38")
async def test_a_data_set_is_copied_archived_and_brought_back(
    running_node: Node, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    made = await dataset(running_node, b"x" * 100_000)
    local = (await client.get("/api/v1/storages")).json()["items"][0]["id"]
    tape = await storage(running_node, tmp_path / "tape")
    copies = f"datasets/{made.id}/copies"
    between = {"source_storage_id": local, "target_storage_id": tape, "bytes": 1000}
    unknown = await client.get("/api/v1/transfers/prediction", params=between)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "transfer_unpredictable")

    planned = await post(client, copies, storage_ids=[tape], dry_run=True)
    assert (planned["items"][0]["state"], planned["items"][0]["id"]) == ("planned", None)
    assert planned["items"][0]["bytes_total"] == 100_000
    assert (await client.get("/api/v1/transfers")).json()["items"] == []

    archived = await post(client, f"datasets/{made.id}/archive", storage_id=tape)
    row = await ended(running_node, archived["items"][0]["id"])
    assert (row.state, row.error) == ("complete", None)
    where = (await client.get(f"/api/v1/datasets/{made.id}")).json()["replicas"]
    assert [copy["storage"] for copy in where] == ["tape"]
    assert (await client.get(f"/api/v1/datasets/{made.id}/content")).content == b"x" * 100_000

    predicted = (await client.get("/api/v1/transfers/prediction", params=between)).json()
    assert predicted["sample_count"] == 1
    assert 0 <= predicted["low_seconds"] <= predicted["seconds"] <= predicted["high_seconds"] < 60
    back = await post(client, f"datasets/{made.id}/activate")
    await ended(running_node, back["items"][0]["id"])
    where = (await client.get(f"/api/v1/datasets/{made.id}")).json()["replicas"]
    assert sorted(copy["storage"] for copy in where) == ["local", "tape"]
    assert (await client.get("/api/v1/transfers", params={"storage_id": tape, "state": "complete"})).json()["items"][0][
        "kind"
    ] == "replicate"
    facts = (await client.get("/api/v1/events", params={"type": "transfer.ended"})).json()["items"]
    assert [fact["data"]["state"] for fact in facts] == ["complete", "complete"]


@pytest.mark.covers("V36")
async def test_every_copy_is_read_and_the_bad_one_mended(
    running_node: Node, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    made = await dataset(running_node, b"y" * 100_000)
    place = await storage(running_node, tmp_path / "there")
    copied = await post(client, f"datasets/{made.id}/copies", storage_ids=[place])
    row = await ended(running_node, copied["items"][0]["id"])
    whole = await post(client, f"datasets/{made.id}/verify")
    assert (await ended(running_node, whole["items"][0]["id"])).state == "complete"
    path = tmp_path / "there" / (row.target_path or "")
    path.write_bytes(b"y" * 99_999 + b"z")
    found = await ended(running_node, (await post(client, f"datasets/{made.id}/verify", repair=True))["items"][0]["id"])
    assert (found.state, found.code) == ("failed", "content_damaged")
    assert "there: it has 100,000 bytes with sha256" in (found.error or "")
    mending = (await client.get("/api/v1/transfers", params={"kind": "replicate", "dataset_id": made.id})).json()
    assert (await ended(running_node, mending["items"][0]["id"])).state == "complete"
    assert path.read_bytes() == b"y" * 100_000
    last = await post(client, f"datasets/{made.id}/verify")
    assert (await ended(running_node, last["items"][0]["id"])).state == "complete"
    alarms = (await client.get("/api/v1/alarms")).json()["items"]
    assert [alarm["state"] for alarm in alarms if alarm["key"] == f"dataset:{made.id}:damaged"] == ["gone"]


async def test_a_cancelled_transfer_leaves_nothing_and_can_be_retried(
    running_node: Node, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    made = await dataset(running_node, b"z" * 20_000_000)
    place = await storage(running_node, tmp_path / "there")
    begun = await post(client, f"datasets/{made.id}/copies", storage_ids=[place], bytes_per_second=100_000)
    (transfer,) = begun["items"]
    twice = await client.post(f"/api/v1/datasets/{made.id}/copies", json={"storage_ids": [place]})
    assert (twice.status_code, twice.json()["code"]) == (409, "transfer_under_way")
    stopped = await post(client, f"transfers/{transfer['id']}/cancel", 200)
    assert stopped["state"] == "cancelled"
    over = await client.post(f"/api/v1/transfers/{transfer['id']}/cancel")
    assert (over.status_code, over.json()["code"]) == (409, "transfer_over")
    async with asyncio.timeout(20):
        while [path for path in (tmp_path / "there").rglob("*") if path.is_file()]:
            await asyncio.sleep(0.05)  # until the job that tidies up has run
    again = await post(client, f"transfers/{transfer['id']}/retry")
    assert again["state"] in LIVE
    await post(client, f"transfers/{transfer['id']}/cancel", 200)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"kind": "copy"}, "say where to"),
        ({"kind": "verify"}, "dataset_id"),
        ({"kind": "copy", "targets": [{"storage_id": "sto_x"}]}, "say the storage and the path"),
        ({"kind": "replicate", "targets": [{"storage_id": "sto_x"}]}, "only a data set has replicas"),
        ({"kind": "copy", "dataset_id": "dst_x", "folder": True, "targets": [{"storage_id": "x"}]}, "one content"),
    ],
)
async def test_what_makes_no_sense_is_said(
    running_node: Node, client: httpx.AsyncClient, body: dict[str, Any], says: str
) -> None:
    answer = await client.post("/api/v1/transfers", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "transfer_invalid")
    assert says in answer.json()["detail"]


@pytest.mark.security("S9")
async def test_transfers_are_their_owners_and_storages_of_the_house_take_no_paths_of_others(
    running_node: Node, app: FastAPI, tmp_path: Path
) -> None:
    async def authenticate(request: Request) -> Principal | None:
        return {"ada": ADA, "ben": BEN}.get(request.headers.get("X-Test-Caller", ""))

    running_node.authenticate = authenticate
    hers = await dataset(running_node, b"hers", owner_id="usr_ada")
    place = await storage(running_node, tmp_path / "there")
    async with _client(app, {"X-Test-Caller": "ada"}) as ada, _client(app, {"X-Test-Caller": "ben"}) as ben:
        refused = await ben.post(f"/api/v1/datasets/{hers.id}/copies", json={"storage_ids": [place]})
        assert (refused.status_code, refused.json()["code"]) == (404, "dataset_not_found")
        (begun,) = (await post(ada, f"datasets/{hers.id}/copies", storage_ids=[place]))["items"]
        assert (await ended(running_node, begun["id"])).state == "complete"
        for path in ("", "/cancel", "/retry"):
            method = "POST" if path else "GET"
            assert (await ben.request(method, f"/api/v1/transfers/{begun['id']}{path}")).status_code == 404
        assert (await ben.get("/api/v1/transfers")).json()["items"] == []
        assert len((await ada.get("/api/v1/transfers")).json()["items"]) == 1
        for stolen in (
            {"dataset_id": hers.id, "targets": [{"storage_id": place, "path": "of/others.bin"}]},
            {"source": {"storage_id": place, "path": "datasets"}, "targets": [{"storage_id": place, "path": "mine"}]},
        ):
            answer = await ada.post("/api/v1/transfers", json={"kind": "copy", **stolen})
            assert (answer.status_code, answer.json()["code"]) == (403, "not_yours")


@pytest.mark.covers("V37")
def test_a_prediction_is_the_median_of_transfers_of_that_size() -> None:
    assert from_history([], 10) is None
    history = [(10**9, 10.0), (10**9, 11.0), (10**9, 30.0), (1000, 0.1), (1000, 0.2)]
    large = from_history(history, 2 * 10**9)
    assert large is not None
    assert 19 < large.seconds < 23
    assert large.low_seconds < large.seconds < large.high_seconds
    small = from_history([(1000, 0.1), (1000, 0.2), (2000, 0.15)], 1500)
    assert small is not None
    assert small.seconds == 0.15

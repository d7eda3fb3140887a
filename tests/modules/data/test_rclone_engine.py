"""Transfers by rclone: a process with a configuration of its own, told of as our own are, compared before a move."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.kernel.http import GuardedClient
from app.kernel.node import Node
from app.kernel.settings import EgressSettings, Settings
from tests.conftest import settings_for
from tests.sites.storage_servers import PASSWORD, USER, rclone

API = "/api/v1"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    program = Path(sys.executable).parent / "rclone"
    return settings_for(tmp_path / "data", **{"data.transfers.rclone": str(program)})


async def over(client: httpx.AsyncClient, wanted: dict[str, Any]) -> dict[str, Any]:
    """Begin a transfer and wait until it is over."""
    begun = await client.post(f"{API}/transfers", json=wanted)
    assert begun.status_code == 202, begun.text
    async with asyncio.timeout(90):
        while True:
            found: dict[str, Any] = (await client.get(f"{API}/transfers/{begun.json()['items'][0]['id']}")).json()
            if found["ended_at"] is not None:
                return found
            await asyncio.sleep(0.05)


async def test_much_at_once_goes_by_rclone_when_that_is_asked_for(
    running_node: Node, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    running_node.http = GuardedClient(EgressSettings(allow=["127.0.0.1/32"]))
    served = tmp_path / "webdav"
    served.mkdir()
    source = tmp_path / "disk" / "run"
    for number in range(30):
        (source / f"d{number % 3}").mkdir(parents=True, exist_ok=True)
        (source / f"d{number % 3}" / f"{number}.bin").write_bytes(bytes([number]) * (1000 + number))
    size = sum(path.stat().st_size for path in source.rglob("*.bin"))
    with rclone("webdav", served) as server:
        kept = {"name": "dav", "kind": "password", "settings": {"user": USER, "password": PASSWORD}}
        credential = (await client.post(f"{API}/credentials", json=kept)).json()["id"]
        ids = []
        for wanted in (
            {"name": "disk", "driver": "local", "settings": {"directory": str(tmp_path / "disk")}},
            {"name": "dav", "driver": "webdav", "settings": {"url": f"{server.url}/"}, "credential": credential},
        ):
            made = await client.post(f"{API}/storages", json=wanted)
            assert made.status_code == 201, made.text
            ids.append(made.json()["id"])
        copy = {"kind": "copy", "folder": True, "engine": "rclone", "source": {"storage_id": ids[0], "path": "run"}}
        done = await over(client, copy | {"targets": [{"storage_id": ids[1], "path": "got"}]})
        assert (done["state"], done["engine"], done["error"]) == ("complete", "rclone", None)
        assert (done["bytes_done"], done["files_done"]) == (size, 30)
        got = server.directory / "got"
        assert {path.relative_to(got): path.read_bytes() for path in got.rglob("*.bin")} == {
            path.relative_to(source): path.read_bytes() for path in source.rglob("*.bin")
        }
        taken = await over(client, copy | {"targets": [{"storage_id": ids[1], "path": "got"}]})
        assert (taken["state"], taken["code"]) == ("failed", "target_taken")
        back = copy | {"kind": "move", "source": {"storage_id": ids[1], "path": "got"}}
        moved = await over(client, back | {"targets": [{"storage_id": ids[0], "path": "back"}]})
        assert (moved["state"], moved["error"]) == ("complete", None)
        assert len([*(tmp_path / "disk" / "back").rglob("*.bin")]) == 30
        assert [*server.directory.glob("got/**/*.bin")] == []
        assert [*(running_node.settings.data_directory / "transfers").iterdir()] == []  # no secret stays behind
    single = await client.post(
        f"{API}/transfers", json=copy | {"folder": False, "targets": [{"storage_id": ids[1], "path": "x"}]}
    )
    assert (single.status_code, single.json()["code"]) == (422, "transfer_invalid")

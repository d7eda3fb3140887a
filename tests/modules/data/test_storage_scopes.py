"""Tokens that are for one directory of one storage; and what changed in a storage since somebody last asked."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.kernel.resource_scopes import is_within, parse
from app.kernel.settings import Settings
from app.modules import jobs
from tests.conftest import settings_for

API = "/api/v1"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "data", **{"data.scan_seconds": 1})


async def a_storage(client: httpx.AsyncClient, tmp_path: Path, name: str = "mine") -> str:
    wanted = {"name": name, "driver": "local", "settings": {"directory": str(tmp_path / name)}}
    made = await client.post(f"{API}/storages", json=wanted)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


@pytest.mark.covers("A1")
@pytest.mark.security("S6")
async def test_a_token_for_a_directory_reaches_that_directory(
    running_node: Node, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    mine, other = await a_storage(client, tmp_path), await a_storage(client, tmp_path, "other")
    for path in ("reports/a", "reports-2/b", "secret", "drop/x"):
        assert (await client.put(f"{API}/storages/{mine}/files/{path}", content=path.encode())).status_code == 201
    scopes = frozenset({f"storage:{mine}:/reports:read", f"storage:{mine}:/drop:write"})

    async def third(_request: object) -> Principal:
        return Principal(user_id="usr_ada", name="Ada", role=Role.OPERATOR, scopes=scopes, token_id="tok_x")

    running_node.authenticate = third
    files = f"{API}/storages/{mine}/files"
    assert (await client.get(f"{files}/reports/a")).content == b"reports/a"
    assert (await client.head(f"{files}/reports/a")).status_code == 200
    assert [one["path"] for one in (await client.get(files, params={"prefix": "reports"})).json()["items"]] == [
        "reports/a"
    ]
    folder = await client.get(f"{API}/storages/{mine}/folders", params={"path": "reports"})
    assert [one["path"] for one in folder.json()["items"]] == ["reports/a"]
    assert (await client.put(f"{files}/drop/y", content=b"y")).status_code == 201
    assert (await client.get(f"{files}/drop/y")).content == b"y"
    assert (await client.delete(f"{files}/drop/x")).status_code == 204
    for method, path, params in (
        ("GET", f"{files}/secret", {}),
        ("HEAD", f"{files}/secret", {}),
        ("GET", f"{files}/reports-2/b", {}),
        ("GET", files, {}),
        ("GET", files, {"prefix": "reports-2"}),
        ("GET", f"{API}/storages/{mine}/folders", {}),
        ("GET", f"{API}/storages/{mine}/folders", {"path": "reports-2"}),
        ("GET", f"{API}/storages/{mine}/changes", {}),
        ("GET", f"{API}/storages/{other}/files", {"prefix": "reports"}),
        ("PUT", f"{files}/reports/new", {}),
        ("DELETE", f"{files}/reports/a", {}),
        ("PUT", f"{API}/storages/{other}/files/drop/x", {}),
    ):
        answer = await client.request(method, path, params=params)
        assert answer.status_code == 404, (method, path, answer.text)
    tricky = await client.get(f"{files}/reports/%2e%2e/secret")
    assert tricky.status_code in (404, 422), tricky.text
    for method, path in (
        ("GET", f"{API}/storages"),
        ("GET", f"{API}/storages/{mine}"),
        ("GET", f"{API}/datasets"),
    ):
        assert (await client.request(method, path)).status_code == 403, path


def test_scopes_of_places_are_read_as_they_are_meant() -> None:
    place = "storage:sto_01J8ZQ4M7TAAAAAAAAAAAAAAAA"
    assert parse(f"{place}:/a/b:read") is not None
    for wrong in (
        f"{place}:a:read",
        f"{place}:/a/../b:read",
        f"{place}:/a//b:read",
        f"{place}:/a:list",
        "storage:x:/:read",
    ):
        assert parse(wrong) is None, wrong
    assert is_within(f"{place}:/a/b:read", [f"{place}:/a:write"])
    assert is_within(f"{place}:/a:read", [f"{place}:/:read"])
    for wider in (f"{place}:/a:write", f"{place}:/:read", f"{place}:/ab:read"):
        assert not is_within(wider, [f"{place}:/a:read"]), wider


async def test_a_token_with_a_place_is_made_and_makes_only_narrower_ones(
    running_node: Node, app: FastAPI, client: httpx.AsyncClient
) -> None:
    place = "storage:sto_01J8ZQ4M7TAAAAAAAAAAAAAAAA"
    # What the tests' caller is, is no user of the accounts: only what is refused before that counts here.
    wrong = await client.post(f"{API}/tokens", json={"name": "x", "scopes": [f"{place}:/a/../b:read"]})
    assert wrong.status_code in (401, 422)


@pytest.mark.covers("A1")
async def test_changes_are_told_since_a_cursor(running_node: Node, client: httpx.AsyncClient, tmp_path: Path) -> None:
    mine = await a_storage(client, tmp_path)
    root = tmp_path / "mine"
    (root / "d").mkdir(parents=True)
    for number in range(5):
        (root / "d" / f"{number}").write_text("one")
    (root / "top").write_text("one")
    address = f"{API}/storages/{mine}/changes"

    async def scanned(params: dict[str, Any], after: str | None) -> dict[str, Any]:
        """Ask until a look that is later than ``after`` is done."""
        async with asyncio.timeout(30):
            while True:
                found: dict[str, Any] = (await client.get(address, params=params)).json()
                if found["scanned_at"] not in (None, after):
                    return found
                await asyncio.sleep(0.05)

    first = await scanned({"limit": 4}, None)
    paths = [one["path"] for one in first["items"]]
    assert first["more"] is True
    rest = (await client.get(address, params={"since": first["cursor"], "limit": 4})).json()
    assert paths + [one["path"] for one in rest["items"]] == ["d/0", "d/1", "d/2", "d/3", "d/4", "top"]
    assert (rest["more"], (await client.get(address, params={"since": rest["cursor"]})).json()["items"]) == (False, [])
    (root / "d" / "1").write_text("another")
    (root / "d" / "2").unlink()
    (root / "new").write_text("n")
    since = await scanned({"since": rest["cursor"]}, first["scanned_at"])
    told = {one["path"]: (one["gone"], one["bytes"]) for one in since["items"]}
    assert told == {"d/1": (False, 7), "d/2": (True, None), "new": (False, 1)}
    below = (await client.get(address, params={"since": rest["cursor"], "prefix": "d"})).json()
    assert {one["path"] for one in below["items"]} == {"d/1", "d/2"}
    anew = (await client.get(address)).json()
    assert [one["path"] for one in anew["items"]] == ["d/0", "d/3", "d/4", "top", "d/1", "new"]
    for wrong in ("x", "WzFd", "Wy0xLCIiXQ"):
        assert (await client.get(address, params={"since": wrong})).status_code == 400
    assert jobs.find is not None

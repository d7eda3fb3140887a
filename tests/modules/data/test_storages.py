"""Storages as people register, change, test and remove them, and the files in them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.kernel.http import GuardedClient
from app.kernel.node import Node
from app.kernel.settings import EgressSettings
from app.modules import data
from app.modules.data.storage_cache import FileCache
from app.modules.data.storage_health import check_due
from tests.sites.dropbox import Dropbox, dropbox


@pytest.fixture(scope="module")
def shared_box() -> Iterator[Dropbox]:
    with dropbox() as one:
        yield one


@pytest.fixture
def box(shared_box: Dropbox) -> Dropbox:
    shared_box.files.clear()
    shared_box.tokens = {"token-one"}
    shared_box.busy = 0
    shared_box.calls.clear()
    return shared_box


@pytest.fixture
async def inside(running_node: Node) -> Node:
    """A node that may reach this machine."""
    running_node.http = GuardedClient(EgressSettings(allow=["127.0.0.1/32"]))
    return running_node


async def made(client: httpx.AsyncClient, **about: Any) -> dict[str, Any]:
    answer = await client.post("/api/v1/storages", json={"name": "mine", **about})
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"/api/v1/storages/{shown['id']}"
    return shown


async def token(client: httpx.AsyncClient, value: str = "token-one") -> str:
    body = {"name": f"grant {value}", "kind": "bearer", "settings": {"token": value}}
    answer = await client.post("/api/v1/credentials", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def with_dropbox(client: httpx.AsyncClient, box: Dropbox, **about: Any) -> dict[str, Any]:
    settings = {"api_url": box.url, "content_url": box.url}
    return await made(client, driver="dropbox", settings=settings, credential=await token(client), **about)


async def test_a_storage_is_registered_changed_and_removed(
    inside: Node, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    directory = tmp_path / "mine"
    shown = await made(client, driver="local", settings={"directory": str(directory)}, quota_bytes=1000)
    assert (shown["state"], shown["enabled"], shown["quota_bytes"]) == ("pending", True, 1000)
    assert {"parts", "write", "local"} <= {*shown["capabilities"]}
    address = f"/api/v1/storages/{shown['id']}"
    taken = await client.post(
        "/api/v1/storages", json={"name": "mine", "driver": "local", "settings": {"directory": str(directory)}}
    )
    assert (taken.status_code, taken.json()["code"]) == (409, "storage_name_taken")
    (tmp_path / "alias").symlink_to(directory)
    for name, place, code, other in (
        ("local", tmp_path / "further", "storage_name_taken", ") is the house's; choose another name"),
        ("second", directory, "storage_place_taken", f"It is mine ({shown['id']})"),
        ("second", tmp_path / "alias", "storage_place_taken", "It is mine"),
    ):
        wanted = {"name": name, "driver": "local", "settings": {"directory": str(place)}}
        refused = await client.post("/api/v1/storages", json=wanted)
        assert (refused.status_code, refused.json()["code"], other in refused.text) == (409, code, True), refused.text
    tested = (await client.post(f"{address}/test")).json()
    assert (tested["state"], tested["error"]) == ("answers", None)
    assert (await client.get(address)).json()["bytes_free"] == tested["bytes_free"] > 0
    checks = (await client.get(f"{address}/checks")).json()["items"]  # the loop may have asked as well
    assert {check["state"] for check in checks} == {"answers"}
    changed = await client.patch(address, json={"name": "yours", "quota_bytes": None, "read_only": True})
    assert (changed.json()["name"], changed.json()["quota_bytes"]) == ("yours", None)
    assert "write" not in changed.json()["capabilities"]
    refused = await client.put(f"{address}/files/x", content=b"1")
    assert (refused.status_code, refused.json()["code"]) == (409, "storage_read_only")
    assert (await client.patch(address, json={"enabled": False})).json()["enabled"] is False
    off = await client.get(f"{address}/files/x")
    assert (off.status_code, off.json()["code"]) == (409, "storage_read_only")
    assert (await client.delete(address)).status_code == 204
    assert (await client.get(address)).json()["code"] == "storage_not_found"
    names = [row["name"] for row in (await client.get("/api/v1/storages")).json()["items"]]
    assert names == ["local"]


@pytest.mark.security("S9")
async def test_no_directory_is_two_storages_nor_shows_what_the_server_keeps(
    inside: Node, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    one = await made(client, driver="local", settings={"directory": str(tmp_path / "one")})
    apart = await made(client, driver="local", name="apart", settings={"directory": str(tmp_path / "one-more")})
    (tmp_path / "link").symlink_to(tmp_path / "one")
    kept = inside.settings.data_directory
    for directory, says in (
        (tmp_path / "one", one["id"]),
        (tmp_path / "one" / "below", one["id"]),
        (tmp_path / "link" / "below", one["id"]),
        (kept, "lie in one another"),  # with the storage that is kept there
        (kept / "storages" / "local" / "below", "lie in one another"),
        (kept / "logs", "the server's own data and keys"),
        (tmp_path, "lie in one another"),
        (Path("/"), "lie in one another"),
    ):
        settings = {"directory": str(directory)}
        for answer in (
            await client.post("/api/v1/storages", json={"name": "two", "driver": "local", "settings": settings}),
            await client.patch(f"/api/v1/storages/{apart['id']}", json={"settings": settings}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (409, "storage_place_taken"), answer.text
            assert says in answer.json()["detail"]


NO_STORAGES: list[tuple[dict[str, Any], str]] = [
    ({"driver": "nowhere"}, "driver_unavailable"),
    ({"driver": "webdav", "settings": {}}, "storage_settings_invalid"),
    ({"driver": "webdav", "settings": {"url": "ftp://x/"}}, "storage_settings_invalid"),
    ({"driver": "webdav", "settings": {"url": "http://x/", "password": "1"}}, "storage_settings_invalid"),
    ({"driver": "webdav", "settings": {"url": "http://x/"}, "credential": "cred_none"}, "credential_not_found"),
    ({"driver": "webdav", "settings": {"url": "http://x/"}, "parallelism": 0}, "request_invalid"),
    ({"driver": "webdav", "settings": {"url": "http://x/"}, "quota_bytes": True}, "request_invalid"),
    ({"driver": "webdav", "settings": {"url": "http://x/"}, "unknown": 1}, "request_invalid"),
    ({"name": "a/b", "driver": "webdav", "settings": {"url": "http://x/"}}, "request_invalid"),
]


async def test_what_is_no_storage_is_refused(client: httpx.AsyncClient) -> None:
    for body, code in NO_STORAGES:
        answer = await client.post("/api/v1/storages", json={"name": "mine", **body})
        assert answer.json()["code"] == code, body
        assert answer.status_code in (404, 422)


async def test_a_storage_is_tried_before_it_is_registered(
    inside: Node, client: httpx.AsyncClient, box: Dropbox
) -> None:
    settings = {"api_url": box.url, "content_url": box.url}
    body = {"name": "mine", "driver": "dropbox", "settings": settings, "credential": await token(client)}
    tried = (await client.post("/api/v1/storages/try", json=body)).json()
    assert (tried["state"], tried["bytes_total"]) == ("answers", box.allocated)
    box.tokens.clear()
    tried = (await client.post("/api/v1/storages/try", json=body)).json()
    assert (tried["state"], tried["code"]) == ("refused", "grant_expired")
    names = [row["name"] for row in (await client.get("/api/v1/storages")).json()["items"]]
    assert names == ["local"]


async def test_of_many_writes_with_one_condition_one_is_made(
    inside: Node, client: httpx.AsyncClient, box: Dropbox
) -> None:
    shown = await with_dropbox(client, box)
    file = f"/api/v1/storages/{shown['id']}/files/notes/log.txt"

    async def write(number: int, condition: dict[str, str]) -> httpx.Response:
        return await client.put(file, content=b"%d" % number * (number + 1), headers=condition)

    made = await asyncio.gather(*[write(number, {"If-None-Match": "*"}) for number in range(6)])
    assert sorted(one.status_code for one in made) == [201] + 5 * [412]
    [first] = [one for one in made if one.status_code == 201]
    changed = await asyncio.gather(*[write(number, {"If-Match": first.headers["ETag"]}) for number in range(6, 12)])
    assert sorted(one.status_code for one in changed) == [200] + 5 * [412]
    [last] = [one for one in changed if one.status_code == 200]
    assert (await client.get(file)).headers["ETag"] == last.headers["ETag"]


@pytest.mark.covers("A1")
async def test_files_are_stored_and_had_back_with_the_callers_grant(
    inside: Node, client: httpx.AsyncClient, box: Dropbox
) -> None:
    shown = await with_dropbox(client, box)
    files = f"/api/v1/storages/{shown['id']}/files"
    first = await client.put(f"{files}/notes/a%20b.txt", content=b"one")
    assert (first.status_code, first.json()["bytes"], first.json()["path"]) == (201, 3, "notes/a b.txt")
    again = await client.put(f"{files}/notes/a%20b.txt", content=b"two2", headers={"If-Match": first.headers["ETag"]})
    assert again.status_code == 200
    late = await client.put(f"{files}/notes/a%20b.txt", content=b"3", headers={"If-Match": first.headers["ETag"]})
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    exists = await client.put(f"{files}/notes/a%20b.txt", content=b"3", headers={"If-None-Match": "*"})
    assert exists.status_code == 412
    got = await client.get(f"{files}/notes/a%20b.txt")
    assert (got.content, got.headers["Content-Type"], got.headers["ETag"]) == (
        b"two2",
        "text/plain",
        again.headers["ETag"],
    )
    some = await client.get(f"{files}/notes/a%20b.txt", headers={"Range": "bytes=1-2"})
    assert (some.status_code, some.content, some.headers["Content-Range"]) == (206, b"wo", "bytes 1-2/4")
    for known in (again.headers["ETag"], f'"x", W/{again.headers["ETag"]}', "*"):
        kept = await client.get(f"{files}/notes/a%20b.txt", headers={"If-None-Match": known})
        assert (kept.status_code, kept.content) == (304, b""), known
    head = await client.head(f"{files}/notes/a%20b.txt")
    assert (head.status_code, head.headers["Content-Length"], head.content) == (200, "4", b"")
    for name in ("b", "c/d", "e"):
        await client.put(f"{files}/{name}", content=name.encode())
    page = (await client.get(files, params={"limit": 2})).json()
    rest = (await client.get(files, params={"limit": 9, "cursor": page["next_cursor"]})).json()
    assert [one["path"] for one in page["items"] + rest["items"]] == ["b", "c/d", "e", "notes/a b.txt"]
    assert [one["path"] for one in (await client.get(files, params={"prefix": "c/"})).json()["items"]] == ["c/d"]
    assert (await client.delete(f"{files}/b")).status_code == 204
    assert (await client.get(f"{files}/b")).json()["code"] == "object_not_found"
    assert (await client.get(f"{files}/..%2Fx")).json()["code"] in ("path_refused", "not_found")


@pytest.mark.covers("A1", "V39")
async def test_a_file_that_is_read_often_is_fetched_once_and_anew_when_it_changes(
    inside: Node, client: httpx.AsyncClient, box: Dropbox
) -> None:
    shown = await with_dropbox(client, box)
    address = f"/api/v1/storages/{shown['id']}/files/x"
    await client.put(address, content=b"1" * 100_000)
    box.calls.clear()
    answers = await asyncio.gather(*[client.get(address) for _ in range(8)])
    assert {len(answer.content) for answer in answers} == {100_000}
    assert box.calls.count("files/download") == 1
    await client.get(address, params={"cache": "off"})
    assert box.calls.count("files/download") == 2
    box.store("/x", b"2" * 7)  # not through us
    assert (await client.get(address)).content == b"2" * 7
    cache = inside.part(FileCache, FileCache)
    assert (cache.misses, cache.hits) == (2, 7)


async def test_the_cache_keeps_to_its_room(inside: Node, client: httpx.AsyncClient, box: Dropbox) -> None:
    shown = await with_dropbox(client, box)
    files = f"/api/v1/storages/{shown['id']}/files"
    cache = inside.part(FileCache, FileCache)
    cache._limit = 10_000
    for n in range(10):
        await client.put(f"{files}/{n}", content=bytes([n]) * 2000)
        assert (await client.get(f"{files}/{n}")).content == bytes([n]) * 2000
    kept = [path.stat().st_size for path in (inside.settings.data_directory / "cache" / "files").iterdir()]
    assert sum(kept) == 10_000
    box.calls.clear()
    await client.get(f"{files}/9")
    await client.get(f"{files}/0")
    assert box.calls.count("files/download") == 1


async def test_a_quota_ends_an_upload_in_the_middle(inside: Node, client: httpx.AsyncClient, tmp_path: Path) -> None:
    directory = tmp_path / "mine"
    shown = await made(client, driver="local", settings={"directory": str(directory)}, quota_bytes=1000)
    address = f"/api/v1/storages/{shown['id']}/files/x"

    async def much() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield bytes(100)

    answer = await client.put(address, content=much())
    assert (answer.status_code, answer.json()["code"]) == (507, "quota_exceeded")
    assert [path.name for path in directory.rglob("*") if path.is_file()] == []
    assert (await client.put(address, content=bytes(1000))).status_code == 201


@pytest.mark.covers("A1")
async def test_a_grant_that_ends_is_told_and_all_goes_on_with_the_next(
    inside: Node, client: httpx.AsyncClient, box: Dropbox
) -> None:
    shown = await with_dropbox(client, box)
    address = f"/api/v1/storages/{shown['id']}"
    await client.put(f"{address}/files/x", content=b"1")
    box.tokens = {"token-two"}
    ended = await client.get(f"{address}/files/x")
    assert (ended.status_code, ended.json()["code"]) == (409, "grant_expired")
    assert (await client.post(f"{address}/test")).json()["state"] == "refused"
    alarms = (await client.get("/api/v1/alarms")).json()["items"]
    assert any(alarm["title"] == "Storage mine refuses its login" for alarm in alarms)
    secret = f"/api/v1/credentials/{shown['credential_id']}/secret"
    replaced = await client.put(secret, json={"settings": {"token": "token-two"}})
    assert replaced.status_code < 300, replaced.text
    assert (await client.get(f"{address}/files/x")).content == b"1"
    assert (await client.post(f"{address}/test")).json()["state"] == "answers"
    alarms = (await client.get("/api/v1/alarms")).json()["items"]
    assert not any(alarm["title"].startswith("Storage mine") and alarm["cleared_at"] is None for alarm in alarms)


async def test_a_busy_storage_is_said_to_be(inside: Node, client: httpx.AsyncClient, box: Dropbox) -> None:
    shown = await with_dropbox(client, box)
    box.busy = 1
    answer = await client.get(f"/api/v1/storages/{shown['id']}/files/x")
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "storage_busy", "7")


async def test_a_storage_with_copies_stays(inside: Node, client: httpx.AsyncClient) -> None:
    placed = await data.place_bytes(inside, b"content", "test", "x")
    async with inside.database.transaction() as session:
        await data.register(session, placed, name="x")
    (own,) = (await client.get("/api/v1/storages")).json()["items"]
    address = f"/api/v1/storages/{own['id']}"
    assert own["bytes_used"] == 7
    refused = await client.delete(address)
    assert (refused.status_code, refused.json()["code"]) == (409, "storage_in_use")
    for answer in (
        await client.delete(f"{address}/files/{placed.path}"),
        await client.put(f"{address}/files/{placed.path}", content=b"other"),
        await client.put(f"{address}/files/{placed.path.partition('/')[0]}", content=b"in place of its directory"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "storage_in_use")
    assert (await client.get(f"{address}/files/{placed.path}")).content == b"content"


async def test_a_directory_that_is_gone_keeps_no_other_storage_from_being_asked(
    inside: Node, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    wanted = {"driver": "local", "settings": {"directory": str(disk / "data")}}
    gone = (await client.post("/api/v1/storages", json={"name": "gone", **wanted})).json()
    other = {"driver": "local", "settings": {"directory": str(tmp_path / "other")}}
    there = (await client.post("/api/v1/storages", json={"name": "there", **other})).json()
    (disk / "data").rmdir()
    disk.rmdir()
    disk.write_text("no folder any more")
    for one in (gone, there):  # what was changed is opened anew and asked at once, as after a start
        changed = await client.patch(f"/api/v1/storages/{one['id']}", json={"name": f"still {one['name']}"})
        changed.raise_for_status()
    await check_due(inside)
    found = [(await client.get(f"/api/v1/storages/{one['id']}")).json() for one in (gone, there)]
    assert [one["state"] for one in found] == ["unreachable", "answers"]
    assert f"{disk}/data cannot be used" in found[0]["last_error"]
    assert (await client.get(f"/api/v1/storages/{gone['id']}/files")).json()["code"] == "storage_unreachable"
    assert len((await client.get("/api/v1/storages")).json()["items"]) == 3


async def test_storages_are_asked_by_themselves(inside: Node, client: httpx.AsyncClient, box: Dropbox) -> None:
    shown = await with_dropbox(client, box)
    await check_due(inside)
    address = f"/api/v1/storages/{shown['id']}"
    found = (await client.get(address)).json()
    assert (found["state"], found["bytes_total"]) == ("answers", box.allocated)
    credential = await client.delete(f"/api/v1/credentials/{shown['credential_id']}")
    assert (credential.status_code, credential.json()["code"]) == (409, "credential_in_use")

"""What machines do by themselves: fetch a web address, and send files straight to one another."""

import asyncio
import hashlib
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.kernel.http import GuardedClient
from app.kernel.node import Node
from app.kernel.settings import EgressSettings
from app.modules import jobs
from app.modules.credentials import SshIdentity
from app.modules.data.dataset_errors import FetchFailed, FetchRefused, UploadTooLarge
from app.modules.data.storage import Storage, Upload
from app.modules.data.storage._sftp_direct import DirectRefused
from app.modules.machines.models import Machine
from tests.conformance.storage_places import Place, guarded, open_place
from tests.modules.data.test_fetching import CONTENT, Web
from tests.sites.login_node import LoginNode, login_node

API = "/api/v1"
LARGE = b"".join(hashlib.sha256(n.to_bytes(4, "big")).digest() for n in range(12 * 1024**2 // 32)) + b"odd"


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LoginNode, LoginNode]]:
    """Two machines."""
    folder = tmp_path_factory.mktemp("machines")
    with login_node(folder / "one") as one, login_node(folder / "two") as two:
        yield one, two


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    made = Web()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
    await server.wait_closed()


def settings_of(site: LoginNode, directory: Path, **more: Any) -> dict[str, Any]:
    keys = str(site.folder / "authorized")
    there = {"host": "127.0.0.1", "port": site.port, "directory": str(directory), "host_keys": [site.host_key]}
    return {**there, "direct": True, "authorized_keys": keys, **more}


@pytest.fixture
async def stores(sites: tuple[LoginNode, LoginNode], tmp_path: Path) -> AsyncIterator[tuple[Storage, Storage]]:
    """A storage on each."""
    http = guarded()
    opened = [
        open_place(
            Place(
                "sftp", settings_of(site, tmp_path / f"on {number}"), SshIdentity(site.user, site.key, site.public_key)
            ),
            http,
        )
        for number, site in enumerate(sites)
    ]
    yield opened[0], opened[1]
    for one in opened:
        await one.close()
    await http.close()


@pytest.mark.covers("V34")
async def test_a_machine_fetches_and_goes_on_where_it_was_cut(stores: tuple[Storage, Storage], web: Web) -> None:
    store, _ = stores
    come: list[int] = []
    web.cuts = [300_000]
    with pytest.raises(FetchFailed):
        await store.fetch(web.url, "d/x", most_bytes=10**9, come=come.append)
    found = await store.fetch(web.url, "d/x", most_bytes=10**9, come=come.append)
    assert (found.bytes, found.sha256) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert found.media_type == "application/x-netcdf"
    assert web.ranges == ["bytes=300000-"]
    assert [one.path for one in await store.list()] == ["d/x"]
    assert b"".join([chunk async for chunk in store.read("d/x")]) == CONTENT

    def change() -> None:
        web.content, web.tag = CONTENT[::-1], '"two"'

    web.cuts, web.after_cut = [300_000], change
    for _ in range(2):  # cut, then told that it is another file by now
        with pytest.raises(FetchFailed):
            await store.fetch(web.url, "d/y", most_bytes=10**9, come=come.append)
    found = await store.fetch(web.url, "d/y", most_bytes=10**9, come=come.append)
    assert found.sha256 == hashlib.sha256(CONTENT[::-1]).hexdigest()  # all of the second, no splice of both
    web.status = 404
    with pytest.raises(FetchRefused, match="404"):
        await store.fetch(web.url, "d/z", most_bytes=10**9, come=come.append)
    web.status = 200
    with pytest.raises(UploadTooLarge):
        await store.fetch(web.url, "d/z", most_bytes=1000, come=come.append)
    with pytest.raises(FetchRefused):
        await store.fetch(f'{web.url}"\nupload-file = "/etc/passwd', "d/z", most_bytes=10**9, come=come.append)
    assert [one.path for one in await store.list()] == ["d/x", "d/y"]


async def _hidden(store: Storage, directory: Path, upload: Upload) -> Path:
    return directory / upload.path.rpartition("/")[0] / f".part-{upload.token}"


@pytest.mark.security("S9")
async def test_a_key_for_one_attempt_opens_one_file_and_no_more(
    sites: tuple[LoginNode, LoginNode], stores: tuple[Storage, Storage], tmp_path: Path
) -> None:
    source, target = stores
    keys = sites[1].folder / "authorized"
    before = keys.read_text()

    async def content() -> AsyncIterator[bytes]:
        yield LARGE

    await source.write("run's/large file", content())
    upload = await target.begin("d/large", bytes=len(LARGE))
    part = await _hidden(target, tmp_path / "on 1", upload)
    part.write_bytes(LARGE[:5_000_000])
    async with target.opened_to(upload) as door:
        assert (door.offset, upload.token in keys.read_text()) == (5_000_000, True)
        line = keys.read_text().splitlines()[-1]
        assert line.startswith('restrict,expiry-time="')
        assert ',command="' in line
        key = tmp_path / "key"
        key.write_text(door.private_key)
        key.chmod(0o600)
        known = tmp_path / "known"
        known.write_text(f"[127.0.0.1]:{door.port} {door.host_keys[0]}\n")
        options = ["-F", "/dev/null", "-i", key, "-o", "IdentitiesOnly=yes", "-o", f"UserKnownHostsFile={known}"]
        login = ["ssh", *options, "-o", "BatchMode=yes", "-p", str(door.port), f"{door.user}@127.0.0.1"]
        tried = await asyncio.to_thread(
            subprocess.run, [*login, f"touch {tmp_path / 'broken-in'}"], input=b"", capture_output=True, timeout=20
        )
        assert tried.returncode == 0, tried.stderr  # it appended nothing
        assert not (tmp_path / "broken-in").exists()
        await source.push("run's/large file", door)
        assert await target.arrived(upload) == len(LARGE)
    assert keys.read_text() == before
    refused = await asyncio.to_thread(subprocess.run, [*login, "id"], input=b"", capture_output=True, timeout=20)
    assert refused.returncode == 255
    assert b"Permission denied" in refused.stderr
    assert await target.sum_there(upload) == await source.sum_there("run's/large file")
    assert await target.sum_there(upload) == hashlib.sha256(LARGE).hexdigest()
    async with target.opened_to(upload) as door:
        with pytest.raises(DirectRefused):
            await source.push("nothing", door)
    await target.abandon(upload)
    assert [path.name for path in (tmp_path / "on 1" / "d").iterdir()] == []


@pytest.fixture
async def registered(
    running_node: Node, client: httpx.AsyncClient, sites: tuple[LoginNode, LoginNode], tmp_path: Path
) -> list[str]:
    """The ids of a storage on each machine."""
    running_node.http = GuardedClient(EgressSettings(allow=["127.0.0.1/32"]))
    ids = []
    for number, site in enumerate(sites):
        kept = {"name": f"key {number}", "kind": "ssh_key", "settings": {"user": site.user, "private_key": site.key}}
        given = await client.post(f"{API}/credentials", json=kept)
        assert given.status_code == 201, given.text
        credential = given.json()["id"]
        wanted = {"name": f"on {number}", "driver": "sftp", "settings": settings_of(site, tmp_path / f"at {number}")}
        made = await client.post(f"{API}/storages", json=wanted | {"credential": credential})
        assert made.status_code == 201, made.text
        ids.append(made.json()["id"])
    return ids


async def over(client: httpx.AsyncClient, wanted: dict[str, Any]) -> dict[str, Any]:
    """Begin a transfer and wait until it is over."""
    begun = await client.post(f"{API}/transfers", json=wanted)
    assert begun.status_code == 202, begun.text
    async with asyncio.timeout(60):
        while True:
            found: dict[str, Any] = (await client.get(f"{API}/transfers/{begun.json()['items'][0]['id']}")).json()
            if found["ended_at"] is not None:
                return found
            await asyncio.sleep(0.05)


@pytest.mark.covers("V35")
async def test_files_go_straight_from_machine_to_machine_where_both_allow_it(
    running_node: Node,
    client: httpx.AsyncClient,
    sites: tuple[LoginNode, LoginNode],
    registered: list[str],
    tmp_path: Path,
) -> None:
    one, two = registered
    (tmp_path / "at 0" / "run").mkdir(parents=True)
    (tmp_path / "at 0" / "run" / "x").write_bytes(LARGE)
    keys = sites[1].folder / "authorized"
    before = keys.read_text()
    wanted = {"kind": "copy", "source": {"storage_id": one, "path": "run/x"}}
    done = await over(client, wanted | {"targets": [{"storage_id": two, "path": "got/x"}]})
    assert (done["state"], done["engine"], done["error"]) == ("complete", "direct", None)
    assert (done["bytes_done"], done["sha256"]) == (len(LARGE), hashlib.sha256(LARGE).hexdigest())
    assert (tmp_path / "at 1" / "got" / "x").read_bytes() == LARGE
    assert [path.name for path in (tmp_path / "at 1" / "got").iterdir()] == ["x"]
    assert keys.read_text() == before

    moved = await over(client, wanted | {"kind": "move", "targets": [{"storage_id": two, "path": "got/y"}]})
    assert (moved["state"], moved["engine"]) == ("complete", "direct")
    assert not (tmp_path / "at 0" / "run" / "x").exists()

    # A target that does not let the key in: it goes through this machine instead.
    shown = (await client.get(f"{API}/storages/{two}")).json()["settings"]
    elsewhere = shown | {"authorized_keys": str(tmp_path / "not read by sshd")}
    assert (await client.patch(f"{API}/storages/{two}", json={"settings": elsewhere})).status_code == 200
    back = {"kind": "copy", "source": {"storage_id": two, "path": "got/y"}}
    assert (await over(client, back | {"targets": [{"storage_id": one, "path": "run/z"}]}))["engine"] == "direct"
    again = {"kind": "copy", "source": {"storage_id": one, "path": "run/z"}}
    through = await over(client, again | {"targets": [{"storage_id": two, "path": "got/z"}]})
    assert (through["state"], through["engine"]) == ("complete", "parts")
    assert (tmp_path / "at 1" / "got" / "z").read_bytes() == LARGE


@pytest.mark.covers("V34")
async def test_a_data_set_is_fetched_on_the_machine_that_is_named(
    running_node: Node, client: httpx.AsyncClient, sites: tuple[LoginNode, LoginNode], registered: list[str], web: Web
) -> None:
    node = running_node
    async with node.database.transaction() as session:
        there = {"host": "127.0.0.1", "port": sites[1].port}
        session.add(Machine(id="mch_two", name="two", transport="ssh", transport_settings=there, cores=1))
    begun = await client.post(f"{API}/datasets/fetch", json={"url": web.url, "machine": "two"})
    assert begun.status_code == 202, begun.text
    async with asyncio.timeout(60):
        while True:
            async with node.database.sessions() as session:
                end = await jobs.detail(session, begun.json()["job_id"])
            if end.finished_at is not None:
                break
            await asyncio.sleep(0.02)
    assert end.state == "succeeded", end
    found = (await client.get(f"{API}/datasets/{begun.json()['dataset_id']}")).json()
    assert (found["bytes"], found["sha256"]) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert (found["media_type"], [one["storage"] for one in found["replicas"]]) == ("application/x-netcdf", ["on 1"])
    assert found["provenance"]["origin"] == {
        "kind": "url",
        "url": web.url.replace("token=x", "…"),
        "storage_id": registered[1],
    }
    assert (await client.get(f"{API}/datasets/{found['id']}/content")).content == CONTENT
    nowhere = await client.post(f"{API}/datasets/fetch", json={"url": web.url, "machine": "three"})
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "machine_not_found")
    async with node.database.transaction() as session:
        session.add(Machine(id="mch_bare", name="bare", transport="ssh", transport_settings={"host": "h"}, cores=1))
    bare = await client.post(f"{API}/datasets/fetch", json={"url": web.url, "machine": "bare"})
    assert (bare.status_code, bare.json()["code"]) == (409, "storage_cannot")

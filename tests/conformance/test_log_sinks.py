"""What every sink that keeps segments promises: whole, once, mended where it was damaged, and gone when removed."""

import asyncio
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import obstore
import pytest
from obstore.store import LocalStore, S3Store

from app.kernel import drivers, logs
from app.kernel.http import EgressDenied, GuardedClient
from app.kernel.settings import EgressSettings
from app.modules.logging import packing
from app.modules.logging.errors import SinkRefused
from app.modules.logging.sink import KIND, Parcel
from tests.sites.storage_servers import ACCESS_KEY, BUCKET, SECRET_KEY, Server, seaweed


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """SeaweedFS, started once."""
    with seaweed(tmp_path_factory.mktemp("seaweed")) as server:
        yield server


@dataclass
class Kept:
    """A sink, its settings, and another look at where it keeps things."""

    driver: Any
    wanted: dict[str, Any]
    store: Any

    def sink(self, *allow: str, **other: Any) -> Any:
        settings = self.driver.Settings(**self.wanted | other)
        return self.driver.Sink(settings, GuardedClient(EgressSettings(allow=list(allow or ("127.0.0.1",)))))


@pytest.fixture(params=["local", "s3"])
async def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    driver = drivers.load(KIND, request.param)
    if request.param == "local":
        (tmp_path / "archive").mkdir()
        found = Kept(driver, {"directory": tmp_path / "archive"}, LocalStore(tmp_path / "archive"))
    else:
        found = in_bucket(request.getfixturevalue("bucket"), tmp_path)
    assert await driver.probe(driver.Settings(**found.wanted)) is None
    return found


def in_bucket(server: Server, tmp_path: Path) -> Kept:
    keys = tmp_path / "keys"
    keys.write_text(json.dumps({"access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY}))
    config: Any = {"endpoint": server.url, "access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY}
    store = S3Store(BUCKET, config=config, client_options={"allow_http": True}, prefix=f"logs/{tmp_path.name}")
    wanted = {"endpoint": server.url, "bucket": BUCKET, "keys_file": keys, "prefix": f"logs/{tmp_path.name}"}
    return Kept(drivers.load(KIND, "s3"), wanted, store)


def parcel_in(tmp_path: Path) -> Parcel:
    path = tmp_path / "20260301T000000-boot_A.ndjson"
    path.write_bytes(b"".join(logs.encode(logs.shape("app.x", "info", f"record {n}", {"n": n})) for n in range(3000)))
    made = packing.pack(path)
    size = made.header.packed_bytes
    return Parcel("heron", "boot_A", path.stem, made.path, made.index_path, size, made.sha256, made.index_sha256)


async def nothing(_place: int) -> None:
    return None


async def there(kept: Kept, key: str) -> bytes:
    return bytes(await (await obstore.get_async(kept.store, key)).bytes_async())


@pytest.mark.covers("W3")
async def test_a_segment_is_kept_whole_once_and_until_it_is_removed(kept: Kept, tmp_path: Path) -> None:
    parcel, sink = parcel_in(tmp_path), kept.sink()
    packed, index = f"heron/{parcel.stem}.ndjson.gz", f"heron/{parcel.stem}.idx"
    assert await sink.ship(parcel, 0, nothing) == parcel.sha256
    assert gzip.decompress(await there(kept, packed)).count(b"\n") == 3000
    assert await there(kept, index) == parcel.index_path.read_bytes()
    before = (await obstore.head_async(kept.store, packed))["last_modified"]
    assert await sink.ship(parcel, 0, nothing) == parcel.sha256
    assert (await obstore.head_async(kept.store, packed))["last_modified"] == before, "shipped once"
    for key in (packed, index):
        await obstore.put_async(kept.store, key, b"rotten")
    assert await sink.ship(parcel, 0, nothing) == parcel.sha256
    assert await there(kept, packed) == parcel.path.read_bytes()
    assert await there(kept, index) == parcel.index_path.read_bytes()
    for _ in range(2):
        await sink.remove("heron", parcel.stem)
    assert [meta for metas in obstore.list(kept.store) for meta in metas] == []


@pytest.mark.covers("W3")
async def test_what_is_kept_is_read_back_in_parts(kept: Kept, tmp_path: Path) -> None:
    parcel, sink = parcel_in(tmp_path), kept.sink()
    assert await sink.ship(parcel, 0, nothing) == parcel.sha256
    place = await sink.reading()
    for part, path in (("lines", parcel.path), ("index", parcel.index_path)):
        content = path.read_bytes()

        def parts(part: str = part, size: int = len(content)) -> list[bytes]:
            with place.opened("heron", parcel.stem, part) as read:
                return [read(0, 10), read(100, 50), read(0, 10**7), read(size - 5, 100)]

        found = await asyncio.to_thread(parts)
        assert found == [content[:10], content[100:150], content, content[-5:]]

    def gone() -> None:
        with place.opened("heron", "another", "index") as read:
            read(0, 10)

    with pytest.raises(FileNotFoundError):
        await asyncio.to_thread(gone)


async def test_a_name_leads_nowhere_else(kept: Kept, tmp_path: Path) -> None:
    parcel = parcel_in(tmp_path)
    odd = Parcel("../x", *(getattr(parcel, name) for name in list(parcel.__dataclass_fields__)[1:]))
    assert await kept.sink().ship(odd, 0, nothing) == parcel.sha256
    paths = sorted(meta["path"] for metas in obstore.list(kept.store) for meta in metas)
    assert len(paths) == 2
    assert not [path for path in paths if ".." in path.split("/")]


@pytest.mark.security("S9", "S24")
async def test_a_bucket_that_refuses_is_named_without_its_keys(bucket: Server, tmp_path: Path) -> None:
    kept, parcel = in_bucket(bucket, tmp_path), parcel_in(tmp_path)
    with pytest.raises(EgressDenied, match="loopback"):
        await kept.sink("192.0.2.1").ship(parcel, 0, nothing)
    wrong = "not-the-secret-canary"
    (tmp_path / "keys").write_text(json.dumps({"access_key_id": ACCESS_KEY, "secret_access_key": wrong}))
    with pytest.raises(SinkRefused) as refused:
        await kept.sink().ship(parcel, 0, nothing)
    assert wrong not in str(refused.value.detail)
    (tmp_path / "keys").write_text(json.dumps({"access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY}))
    assert await kept.sink().ship(parcel, 0, nothing) == parcel.sha256, "keys are read anew"


@pytest.mark.parametrize("text", ["", "[]", '{"access_key_id": "x"}', '{"secret_access_key": "canary-in-it'])
async def test_a_file_without_keys_is_said_and_not_shown(tmp_path: Path, text: str) -> None:
    (tmp_path / "keys").write_text(text)
    driver = drivers.load(KIND, "s3")
    why = await driver.probe(driver.Settings(bucket="logs", keys_file=tmp_path / "keys"))
    assert why is not None
    assert "canary" not in why

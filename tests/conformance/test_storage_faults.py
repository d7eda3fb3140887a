"""What storages say when they are busy, full, cut off or do not know us any more, in the house's words."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import pytest

from app.kernel import drivers
from app.kernel.http import GuardedClient
from app.modules.credentials import Bearer, Password, S3Keys
from app.modules.data.errors import GrantExpired, StorageBusy, StorageFull, StorageUnreachable
from app.modules.data.storage import KIND, Access, Change, CursorLost, ObjectMissing, Storage
from tests.conformance.storage_places import Login, guarded
from tests.sites.dropbox import Dropbox, dropbox


@dataclass
class Scripted:
    """A server that answers everything with what it was told."""

    url: str = ""
    answer: bytes = b""
    heads: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.heads.append(head)
        writer.write(self.answer)
        await writer.drain()
        writer.close()


@pytest.fixture
async def scripted() -> AsyncIterator[Scripted]:
    script = Scripted()
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0)
    script.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield script
    server.close()


@pytest.fixture
async def http() -> AsyncIterator[GuardedClient]:
    client = guarded()
    yield client
    await client.close()


@pytest.fixture(scope="module")
def box() -> Iterator[Dropbox]:
    with dropbox() as one:
        yield one


def opened(driver: str, settings: dict[str, object], login: Login, http: GuardedClient) -> Storage:
    module = drivers.load(KIND, driver)
    access = Access(http, login, None, "sto_test")  # type: ignore[arg-type]  # none of these has a database
    storage: Storage = module.Storage(module.Settings.model_validate(settings), access)
    return storage


def settings_of(driver: str, url: str) -> dict[str, object]:
    return {
        "webdav": {"url": url},
        "http": {"url": url},
        "http_template": {"get": {"method": "GET", "url": url + "/{path}"}},
        "s3": {"endpoint": url, "bucket": "bucket"},
        "dropbox": {"api_url": url, "content_url": url},
    }[driver]  # type: ignore[return-value]


SECRETS = {"s3": S3Keys("key", "secret"), "dropbox": Bearer("token")}
REMOTE = ["webdav", "http", "http_template", "dropbox", "s3"]


def answer(status: str, *headers: str, body: str = "") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


@pytest.mark.parametrize("driver", [one for one in REMOTE if one != "s3"])
@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
async def test_a_busy_storage_says_how_long_to_wait(
    driver: str, status: str, scripted: Scripted, http: GuardedClient
) -> None:
    scripted.answer = answer(status, "Retry-After: 7")
    storage = opened(driver, settings_of(driver, scripted.url), Login(SECRETS.get(driver, Password("a", "b"))), http)
    with pytest.raises(StorageBusy) as raised:
        await storage.stat("x")
    assert raised.value.retry_after == 7


@pytest.mark.parametrize("driver", REMOTE)
async def test_a_login_that_is_refused_is_told_and_renewed_once(
    driver: str, scripted: Scripted, http: GuardedClient
) -> None:
    body = "<Error><Code>InvalidAccessKeyId</Code></Error>" if driver == "s3" else ""
    scripted.answer = answer("403 Forbidden" if driver == "s3" else "401 Unauthorized", body=body)
    login = Login(SECRETS.get(driver, Password("a", "b")))
    storage = opened(driver, settings_of(driver, scripted.url), login, http)
    with pytest.raises(GrantExpired):
        await anext(storage.read("x"))
    assert login.refusals == 1


@pytest.mark.parametrize("driver", ["webdav", "http", "http_template", "dropbox"])
async def test_an_answer_that_is_cut_is_no_content(driver: str, scripted: Scripted, http: GuardedClient) -> None:
    scripted.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"
    storage = opened(driver, settings_of(driver, scripted.url), Login(SECRETS.get(driver)), http)
    with pytest.raises(StorageUnreachable):
        async for _ in storage.read("x"):
            pass


@pytest.mark.parametrize("driver", ["webdav", "http", "http_template", "dropbox"])
async def test_a_storage_nobody_serves_is_unreachable(driver: str, http: GuardedClient) -> None:
    storage = opened(driver, settings_of(driver, "http://127.0.0.1:9999"), Login(SECRETS.get(driver)), http)
    for call in (storage.stat("x"), storage.probe()):
        with pytest.raises(StorageUnreachable):
            await call


@pytest.mark.security("S7")
@pytest.mark.parametrize("driver", REMOTE)
async def test_no_storage_is_reached_where_the_house_may_not_connect(driver: str, scripted: Scripted) -> None:
    from app.kernel.http import EgressDenied
    from app.kernel.settings import EgressSettings

    http = GuardedClient(EgressSettings())
    storage = opened(driver, settings_of(driver, scripted.url), Login(SECRETS.get(driver)), http)
    with pytest.raises(EgressDenied):
        await storage.stat("x")
    assert scripted.heads == []


async def _bytes(count: int) -> AsyncIterator[bytes]:
    for _ in range(count // 1024):
        yield bytes(1024)


async def test_a_full_dropbox_says_so_and_keeps_nothing_half(box: Dropbox, http: GuardedClient) -> None:
    storage = opened("dropbox", settings_of("dropbox", box.url), Login(Bearer("token-one")), http)
    box.allocated = 1024**2
    with pytest.raises(StorageFull):
        await storage.write("full", _bytes(2 * 1024**2))
    with pytest.raises(ObjectMissing):
        await storage.stat("full")
    box.allocated = 2 * 1024**3


@pytest.mark.covers("A1", "A9")
async def test_dropbox_tells_what_changed_since(box: Dropbox, http: GuardedClient) -> None:
    storage = opened(
        "dropbox", settings_of("dropbox", box.url) | {"folder": "watched"}, Login(Bearer("token-one")), http
    )
    for name in ("a", "b/c", "b/d"):
        await storage.write(name, _bytes(1024))
    changed, cursor = await all_changes(storage)
    assert sorted(change.path for change in changed) == ["a", "b/c", "b/d"]
    await storage.delete("b/c")
    await storage.write("e", _bytes(2048))
    changed, cursor = await storage.changes(cursor)
    assert {change.path: change.stat and change.stat.bytes for change in changed} == {"b/c": None, "e": 2048}
    assert await storage.changes(cursor) == ([], cursor)
    box.cursors_since = len(box.log) + 1
    with pytest.raises(CursorLost):
        await storage.changes(cursor)
    box.cursors_since = 0


async def all_changes(storage: Storage) -> tuple[list[Change], str]:
    found: list[Change] = []
    some, cursor = await storage.changes()
    while some:
        found += some
        some, cursor = await storage.changes(cursor)
    return found, cursor

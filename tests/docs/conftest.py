"""A server to follow a page of docs/ with."""

import os
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tests.docs.transcripts import PASSWORD, Reader
from tools.live import STORMBELL, Server

Begin = Callable[..., AbstractAsyncContextManager[Reader]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder the pages speak of."""
    made = tmp_path / "stormbell"
    made.mkdir()
    return made


@pytest.fixture
def begin(tmp_path: Path, folder: Path) -> Begin:
    """Start a server as a page says, become its owner, and sit down beside it, logged in or not."""

    @asynccontextmanager
    async def beginning(
        data: str,
        *arguments: str,
        seconds: float = 90,
        places: Mapping[str, str] = {},
        environment: Mapping[str, str] = {},
        logged_in: bool = False,
    ) -> AsyncIterator[Reader]:
        (tmp_path / "home").mkdir()
        server = Server(folder / data, *arguments, environment=environment)
        await server.start()
        try:
            token = await _become_owner(server)
            mine = {
                **{name: value for name, value in os.environ.items() if name in ("LANG", "TMPDIR")},
                "HOME": str(tmp_path / "home"),
                "PATH": f"{STORMBELL.parent}:{os.environ['PATH']}",
                "STORMBELL_URL": server.url,
                **({"STORMBELL_TOKEN": token} if logged_in else {}),
            }
            yield Reader(folder, server.url, mine, server, seconds=seconds, places=dict(places))
        finally:
            assert await server.stop() == 0

    return beginning


async def _become_owner(server: Server) -> str:
    # What the page in the browser sends; the page itself is tested with Chromium.
    owner = {"email": "olga@example.org", "name": "Olga Owner", "password": PASSWORD}
    api = f"{server.url}/api/v1"
    async with httpx.AsyncClient(headers={"Origin": server.url}, trust_env=False) as browser:
        setup = {"token": server.setup_token(), **owner}
        (await browser.post(f"{api}/setup", json=setup)).raise_for_status()
        made = await browser.post(f"{api}/tokens", json={"name": "reader"})
        token: str = made.raise_for_status().json()["token"]
        return token


@pytest.fixture
def feed(folder: Path) -> Iterator[str]:
    """Serve the folder ``feed`` as ``python3 -m http.server`` does; give its address."""
    with _serving(folder / "feed") as address:
        yield address


@contextmanager
def _serving(directory: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base's name)
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(directory))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()

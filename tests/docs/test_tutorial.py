"""The tutorials, done as they say, command by command, against a server of their own."""

import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.docs.transcripts import PASSWORD, ROOT, Reader, blocks, commands, edit
from tools.live import STORMBELL, Server

TUTORIAL = ROOT / "docs" / "tutorial"

Begin = Callable[..., AbstractAsyncContextManager[Reader]]

pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def begin(tmp_path: Path) -> Begin:
    """Start a server as a page says, become its owner, and sit down beside it."""

    @asynccontextmanager
    async def beginning(data: str, *arguments: str, seconds: float = 90) -> AsyncIterator[Reader]:
        folder = tmp_path / "stormbell"
        folder.mkdir()
        (tmp_path / "home").mkdir()
        server = Server(folder / data, *arguments)
        await server.start()
        try:
            await _become_owner(server)
            kept = {name: value for name, value in os.environ.items() if name in ("LANG", "TMPDIR")}
            environment = {
                **kept,
                "HOME": str(tmp_path / "home"),
                "PATH": f"{STORMBELL.parent}:{os.environ['PATH']}",
                "STORMBELL_URL": server.url,
                "COLUMNS": "400",
            }
            yield Reader(folder, server.url, environment, server, seconds=seconds)
        finally:
            assert await server.stop() == 0

    return beginning


async def _become_owner(server: Server) -> None:
    # What the page in the browser sends; the page itself is tested with Chromium.
    owner = {"email": "olga@example.org", "name": "Olga Owner", "password": PASSWORD}
    async with httpx.AsyncClient(headers={"Origin": server.url}, trust_env=False) as browser:
        setup = {"token": server.setup_token(), **owner}
        (await browser.post(f"{server.url}/api/v1/setup", json=setup)).raise_for_status()


async def test_the_first_incident(begin: Begin) -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert "stormbell serve --example earthquake $(ARGS)" in makefile  # what `make run` starts
    async with begin("stormbell-data", "--example", "earthquake", "--speed", "1500", seconds=500) as reader:
        await reader.follow(TUTORIAL / "first-incident.md")


@pytest.mark.skipif(shutil.which("curl") is None, reason="the tutorial sends readings with curl, which is not here")
async def test_a_workflow_of_ones_own(begin: Begin) -> None:
    async with begin("flood-data") as reader:
        await reader.follow(TUTORIAL / "your-own-workflow.md")


def test_a_page_is_read_as_people_read_it(tmp_path: Path) -> None:
    page = "\n".join(
        [
            "<!-- file: a/b.py -->",
            "```python",
            "x = 1",
            "```",
            "```console",
            "$ one \\",
            "    two",
            "came",
            "$ three",
            "```",
            "",
        ]
    )
    (_, directive, path, kind, body), (_, nothing, _, console, typed) = blocks(page)
    assert (directive, path, kind, body) == ("file", "a/b.py", "python", "x = 1\n")
    assert (nothing, console) == (None, "console")
    assert list(commands(typed)) == [("one  two", ["came"]), ("three", [])]
    file = tmp_path / "c"
    file.write_text("a\nb\nc\n")
    edit(file, " a\n-b\n+d\n", "here")
    assert file.read_text() == "a\nd\nc\n"
    with pytest.raises(AssertionError, match="0 times"):
        edit(file, " a\n-b\n", "here")

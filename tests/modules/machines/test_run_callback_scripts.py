"""What a run's script says when it begins and ends, by whatever client its node has; and that the run never minds."""

import asyncio
import hmac
import json
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from app.modules.machines.batch import BatchRun, RunRefused
from app.modules.machines.batch._job_script import job_script
from app.modules.machines.batch._receipts import read_receipt
from app.modules.machines.callback_shell import SHELL

KEY = bytes(range(64))
URL = "http://127.0.0.1:{port}/api/v1/run-callbacks"
TOOLS = (
    *("bash", "cat", "chmod", "cut", "date", "env", "head", "ln", "mkdir", "mv", "readlink", "rm", "sed", "sh"),
    *("sha256sum", "sleep", "stat", "sync", "timeout", "tr", "xargs"),
)


@dataclass
class Heard:
    """What came in."""

    port: int = 0
    bodies: list[dict[str, Any]] = field(default_factory=list)


@asynccontextmanager
async def listener(*, silent: bool = False, status: str = "202 Accepted") -> AsyncIterator[Heard]:
    """Take every POST, and answer it with ``status``; or take none, and keep who asks waiting."""
    heard, over = Heard(), asyncio.Event()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if silent:
            await over.wait()
        else:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(head.partition("content-length:")[2].split()[0])
            heard.bodies.append(json.loads(await reader.readexactly(length)))
            assert "content-type: application/json" in head
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    heard.port = server.sockets[0].getsockname()[1]
    try:
        yield heard
    finally:
        over.set()
        server.close()
        await server.wait_closed()


async def run_script(folder: Path, command: Sequence[str], url: str, path: str, *, seconds: float = 60.0) -> int:
    """Run a script as a batch system does, its key beside it; return its exit code."""
    (folder / "work").mkdir()
    (folder / "tmp").mkdir()
    (folder / "callback.key").write_text(f"{KEY.hex()}\n")
    run = BatchRun(marker="m1", name="n", command=command, outputs=["*"], callback_url=url, callback_key=KEY)
    script = job_script(run, [], "native=7 member=", 0.1, callback_seconds=seconds)
    assert KEY.hex() not in script
    environment = {"PATH": path, "HOME": str(folder), "key": "exported", "inner": "exported", "secret": "exported"}
    process = await asyncio.create_subprocess_exec(
        "/bin/bash", stdin=asyncio.subprocess.PIPE, cwd=folder, env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    async with asyncio.timeout(60):
        await process.communicate(script.encode())
    assert process.returncode is not None
    return process.returncode


def node_with(folder: Path, client: str | None) -> str:
    """Return the path of a node that has what scripts need, and one client or none."""
    bin_directory = folder / "bin"
    bin_directory.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None, tool
        (bin_directory / tool).symlink_to(found)
    if client == "python3":
        (bin_directory / client).write_text(f'#!/bin/sh\nexec {sys.executable} -I -S "$@"\n')
        (bin_directory / client).chmod(0o755)
    elif client is not None:
        found = shutil.which(client)
        if found is None:
            pytest.skip(f"{client} is not installed")
        (bin_directory / client).symlink_to(found)
    return str(bin_directory)


@pytest.mark.parametrize("client", ["curl", "wget", "python3"])
async def test_it_is_told_that_it_begins_and_ends_by_whatever_its_node_has(tmp_path: Path, client: str) -> None:
    path = node_with(tmp_path, client)
    (folder := tmp_path / "m1").mkdir()
    program = "env >env.txt; until [ -e ../go ]; do sleep 0.05; done; exit 7"
    async with listener() as heard:
        task = asyncio.create_task(run_script(folder, ["sh", "-c", program], URL.format(port=heard.port), path))
        async with asyncio.timeout(60):
            while not heard.bodies and not task.done():
                await asyncio.sleep(0.02)
        (folder / "go").touch()
        assert await task == 7
    assert [body["state"] for body in heard.bodies] == ["running", "ended"]
    for body in heard.bodies:
        said = f"run callback 1 m1 {body['state']} {body['at']}".encode()
        assert body == {
            "marker": "m1",
            "state": body["state"],
            "at": body["at"],
            "signature": hmac.digest(KEY, said, "sha256").hex(),
        }
    assert KEY.hex() not in (folder / "work" / "env.txt").read_text()
    assert not (folder / "callback.key").exists()
    receipt = read_receipt((folder / "receipt").read_text())
    assert receipt is not None
    assert receipt.exit_code == 7


@pytest.mark.parametrize("trouble", ["no client", "nobody listens", "no answer", "no key", "half a key"])
async def test_a_run_that_cannot_tell_ends_as_it_would_have(tmp_path: Path, trouble: str) -> None:
    path = node_with(tmp_path, None if trouble == "no client" else "curl")
    (folder := tmp_path / "m1").mkdir()
    spoil = {"no key": "rm -f ../callback.key", "half a key": "printf 00 >../callback.key"}.get(trouble, "true")
    async with listener(silent=trouble == "no answer") as heard:
        port = 1 if trouble == "nobody listens" else heard.port
        program = f"{spoil}; echo x >out; exit 3"
        code = await run_script(folder, ["sh", "-c", program], URL.format(port=port), path, seconds=0.5)
    assert code == 3
    receipt = read_receipt((folder / "receipt").read_text())
    assert receipt is not None
    assert (receipt.exit_code, receipt.ended_by) == (3, "exit")
    assert [output.name for output in receipt.outputs] == ["out"]
    assert "ended" not in [body["state"] for body in heard.bodies]


@pytest.mark.parametrize("client", ["curl", "wget", "python3"])
async def test_a_probe_reads_what_it_was_answered(tmp_path: Path, client: str) -> None:
    path = node_with(tmp_path, client)
    async with listener(status="401 Unauthorized") as heard:
        process = await asyncio.create_subprocess_exec(
            "/bin/bash", "-c", f'{SHELL}\nread -r key\nsaid probe ended "$key"',
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            env={"PATH": path, "HOME": str(tmp_path), "callback": URL.format(port=heard.port),
                 "callback_seconds": "60"},
        )  # fmt: skip
        async with asyncio.timeout(60):
            said, _ = await process.communicate(f"{KEY.hex()}\n".encode())
    assert said.startswith(b"status 401")
    assert [body["marker"] for body in heard.bodies] == ["probe"]


async def test_a_script_that_is_killed_tells_nothing_more(tmp_path: Path) -> None:
    path = node_with(tmp_path, "curl")
    (folder := tmp_path / "m1").mkdir()
    async with listener() as heard:
        url = URL.format(port=heard.port)
        code = await run_script(folder, ["sh", "-c", "kill -KILL $PPID"], url, path)
    assert code == -9
    assert not (folder / "receipt").exists()
    assert "ended" not in [body["state"] for body in heard.bodies]


def test_an_address_that_is_none_is_refused() -> None:
    for url in ("http://x/$(touch y)'", "ftp://x", "http://x y", "http://x\n"):
        with pytest.raises(RunRefused):
            job_script(BatchRun(marker="m1", name="n", command=["true"], callback_url=url), [], "native=1", 0.1)


def test_a_key_is_not_shown() -> None:
    assert KEY.hex() not in repr(BatchRun(marker="m1", name="n", command=["true"], callback_key=KEY))
    assert "callback_key" not in repr(BatchRun(marker="m1", name="n", command=["true"], callback_key=KEY))

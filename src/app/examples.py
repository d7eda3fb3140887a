"""Shipped examples: the processes and sources one brings along, as its ``example.toml`` says."""

import asyncio
import fcntl
import sys
import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app.kernel.node import Node
from app.kernel.settings import Settings, SettingsProblem
from app.modules import ingest
from app.modules.workflows import example_directory

START_SECONDS = 20.0


@dataclass
class Example:
    """An example whose processes run."""

    title: str
    sources: list[dict[str, Any]]
    addresses: dict[str, str]


@asynccontextmanager
async def beside(
    settings: Settings, name: str, values: Mapping[str, str], *, extra_arguments: tuple[str, ...] = ()
) -> AsyncIterator[Example]:
    """Start an example's processes and let the node reach them; they end with the block, or with this process.

    ``values`` fill the placeholders of the commands; ``extra_arguments`` are added to each of them.
    """
    directory = example_directory(name)
    manifest = tomllib.loads((directory / "example.toml").read_text())
    data = settings.data_directory
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    processes: list[asyncio.subprocess.Process] = []
    addresses: dict[str, str] = {}
    # Held by one server: a second one would point the first one's sources at feeds that end with the second.
    lock = (data / f"{name}.lock").open("w")
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsProblem(
                f"another server on {data} replays the example {name}; give this one a folder of its own with --data"
            ) from None
        for label, entry in manifest.get("processes", {}).items():
            command = [
                _fill(part, {"python": sys.executable, "data": str(data), **values}) for part in entry["command"]
            ]
            process = await asyncio.create_subprocess_exec(
                *command,
                *extra_arguments,
                cwd=directory,
                stdin=asyncio.subprocess.PIPE,  # its end tells the process that this one is gone
                stdout=asyncio.subprocess.PIPE,
                start_new_session=True,  # Ctrl-C is for the server, which then ends this
            )
            processes.append(process)
            addresses[label] = await _address(process, f"{name}: {label}")
            settings.kernel.egress.allow.append(urlsplit(addresses[label]).netloc)
        yield Example(manifest["title"], _filled(manifest.get("sources", []), addresses), addresses)
    finally:
        for process in processes:
            if process.returncode is None:
                process.terminate()
        await asyncio.gather(*[process.wait() for process in processes])
        lock.close()


async def add_sources(node: Node, example: Example) -> None:
    """Make the example's sources, or point those there are at this run's addresses."""
    async with node.database.transaction() as session:
        for source in example.sources:
            await ingest.ensure_source(session, **source)


async def _address(process: asyncio.subprocess.Process, what: str) -> str:
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_SECONDS):
            line = (await process.stdout.readline()).decode().strip()
    except TimeoutError:
        line = ""
    if not line.startswith("http://127.0.0.1:"):
        raise SettingsProblem(f"{what} did not start (exit code {process.returncode}); run it by hand to see why")
    return line


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _fill(value, values)
    if isinstance(value, list):
        return [_filled(item, values) for item in value]
    return {k: _filled(v, values) for k, v in value.items()} if isinstance(value, dict) else value


def _fill(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text

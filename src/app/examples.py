"""Shipped examples: the processes and sources one brings along, as its ``example.toml`` says."""

import asyncio
import contextlib
import fcntl
import sys
import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog

from app.kernel.node import Node
from app.kernel.settings import Settings, SettingsProblem
from app.modules import ingest
from app.modules.workflows import example_directory

START_SECONDS = 20.0
# Of what dies again and again: it should not take the machine with it.
FIRST_AGAIN_SECONDS, LONGEST_AGAIN_SECONDS = 0.5, 60.0

log = structlog.get_logger(__name__)


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

    One that dies is started again at its address, with a line in the log. ``values`` fill the placeholders of the
    commands; ``extra_arguments`` are added to each of them.
    """
    directory = example_directory(name)
    manifest = tomllib.loads((directory / "example.toml").read_text())
    data = settings.made_data_directory()
    processes: list[_Process] = []
    watches: list[asyncio.Task[None]] = []
    addresses: dict[str, str] = {}
    # Held by one server: a second one would point the first one's sources at feeds that end with the second.
    lock = (data / f"{name}.lock").open("a+")
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsProblem(
                f"another server on {data} replays the example {name}; give this one a folder of its own with --data"
            ) from None
        for label, entry in manifest.get("processes", {}).items():
            known = {"python": sys.executable, "data": str(data), **values}
            command = [*(_fill(part, known) for part in entry["command"]), *extra_arguments]
            process = _Process(f"{name}: {label}", command, directory)
            processes.append(process)
            addresses[label] = await process.start()
            settings.kernel.egress.allow.append(urlsplit(addresses[label]).netloc)
        # For the other nodes on this data directory: a source of the example is polled by any of them.
        lock.truncate(0)
        lock.write("".join(f"{urlsplit(address).netloc}\n" for address in addresses.values()))
        lock.flush()
        watches += [asyncio.create_task(process.watch(), name=process.what) for process in processes]
        yield Example(manifest["title"], _filled(manifest.get("sources", []), addresses), addresses)
    finally:
        for watch in watches:
            watch.cancel()
        await asyncio.gather(*watches, return_exceptions=True)
        await asyncio.gather(*[process.stop() for process in processes])
        lock.close()


def admit_running(settings: Settings) -> None:
    """Let a node reach the examples that another server on its data directory replays at present."""
    for path in settings.data_directory.glob("*.lock"):
        with contextlib.suppress(SettingsProblem, OSError), path.open() as lock:
            example_directory(path.stem)
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:  # held: its processes run
                settings.kernel.egress.allow.extend(lock.read().split())


async def add_sources(node: Node, example: Example) -> None:
    """Make the example's sources, or point those there are at this run's addresses."""
    async with node.database.transaction() as session:
        for source in example.sources:
            await ingest.ensure_source(session, **source)


class _Process:
    """A process of an example, at one address for as long as the example is shown."""

    def __init__(self, what: str, command: list[str], directory: Path) -> None:
        self.what = what
        self._command = command
        self._directory = directory
        self._address: str | None = None
        self._running: asyncio.subprocess.Process | None = None

    async def start(self) -> str:
        """Start it, where it was before if it was, and return its address. Raises SettingsProblem."""
        port = urlsplit(self._address).port if self._address else 0
        self._running = await asyncio.create_subprocess_exec(
            *[_fill(part, {"port": str(port)}) for part in self._command],
            cwd=self._directory,
            stdin=asyncio.subprocess.PIPE,  # its end tells the process that this one is gone
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the server, which then ends this
        )
        try:
            self._address = await _address(self._running, self.what)
        except SettingsProblem:
            await self.stop()  # it may hang
            raise
        return self._address

    async def watch(self) -> None:
        """Start it again whenever it has ended, after longer and longer while it does not stay."""
        clock = asyncio.get_running_loop()
        seconds = FIRST_AGAIN_SECONDS
        while self._running is not None:
            began = clock.time()
            code = await self._running.wait()
            if clock.time() - began > LONGEST_AGAIN_SECONDS:
                seconds = FIRST_AGAIN_SECONDS
            log.warning("a process of an example ended, starting it again", process=self.what, exit_code=code)
            await asyncio.sleep(seconds)
            seconds = min(LONGEST_AGAIN_SECONDS, 2 * seconds)
            with contextlib.suppress(SettingsProblem, OSError):  # it has ended, which is told above
                await self.start()

    async def stop(self) -> None:
        """End it."""
        if self._running is None:
            return
        if self._running.returncode is None:
            self._running.terminate()
        await self._running.wait()


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

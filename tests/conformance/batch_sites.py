"""The places where batch systems are put to the test: one entry a driver, each with what it can be asked for."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest

from app.kernel import drivers
from app.kernel.http import GuardedClient, RemoteResponse, RemoteUnreachable
from app.kernel.settings import EgressSettings
from app.modules.credentials import Bearer, Secret
from app.modules.machines.batch import ENDED, BatchRun, BatchSystem, NativeStatus, RunRef, Surroundings, no_vault
from app.modules.machines.batch._rest import RestBatch
from app.modules.machines.transport import Completed, CutShort, Transport
from app.modules.machines.transport.local import Settings as LocalSettings
from app.modules.machines.transport.local import Transport as LocalTransport
from tests.sites import docker_engine as docker
from tests.sites.batch_machines import logged_in
from tests.sites.grid_engine import answers as grid_engine_answers
from tests.sites.kubernetes_api import TOKEN, KubernetesApi

KIND = "machines.batch"
DRIVERS = [info.name for info in drivers.available(KIND)]
REMOTE: dict[str, Any] = {"poll_seconds": 0.1, "grace_seconds": 0.5, "receipt_seconds": 2.0}


class Line:
    """A transport that counts what is asked, and loses an answer when it is told to."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.asked_count = 0
        self.loses_next = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    async def run(self, *command: Any, **named: Any) -> Completed:
        """Run a command there, and maybe never hear of it again."""
        self.asked_count += 1
        done = await self._transport.run(*command, **named)
        if self.loses_next:
            self.loses_next = False
            raise CutShort("the connection ended before the answer did")
        return done


class LosingClient(GuardedClient):
    """A client that counts with its line, and loses the answer to what makes something when the line is told to."""

    def __init__(self, line: "RestLine") -> None:
        super().__init__(EgressSettings(allow=["127.0.0.0/8"]))
        self._line = line

    async def request(self, method: str, url: str, **named: Any) -> RemoteResponse:
        """Ask, and maybe never hear of it again."""
        self._line.asked_count += 1
        said = await super().request(method, url, **named)
        if method == "POST" and self._line.loses_next:
            self._line.loses_next = False
            raise RemoteUnreachable("the connection ended before the answer did")
        return said


class RestLine(Line):
    """The same for a batch system behind HTTP, where a run is made by a request and not by a command."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport)
        self.http = LosingClient(self)

    async def run(self, *command: Any, **named: Any) -> Completed:
        """Run a command there."""
        self.asked_count += 1
        return await self._transport.run(*command, **named)


class OwnMarkers:
    """A batch system whose markers are a test's own, although others use the same machine."""

    def __init__(self, batch: BatchSystem) -> None:
        self._batch, self._prefix = batch, f"t{os.urandom(4).hex()}-"

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._batch, name)
        if name in ("working_directory", "prepare", "find", "receipt", "output_path", "forget"):
            return lambda marker, *rest, **named: method(self._prefix + marker, *rest, **named)
        if name in ("submit", "preview", "estimate"):
            return lambda run: method(replace(run, marker=self._prefix + run.marker))
        if name == "cancel":
            return lambda run: method(replace(run, marker=self._prefix + run.marker))
        return method

    async def poll(self, runs: Sequence[RunRef]) -> list[NativeStatus]:
        """Ask under the real markers, tell under the test's."""
        found = await self._batch.poll([replace(run, marker=self._prefix + run.marker) for run in runs])
        return [replace(status, marker=status.marker.removeprefix(self._prefix)) for status in found]


@dataclass
class BatchSite:
    """A batch system under test: how many cores it has, and what of a run it keeps to."""

    batch: BatchSystem
    transport: Transport
    line: Line
    cores: int = 2
    abilities: frozenset[str] = frozenset()
    # Has nobody answer for the batch system, or somebody again.
    answers: Callable[[bool], None] | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def require(self, ability: str) -> None:
        """Skip the test where this is none of the batch system's promises."""
        if ability not in self.abilities:
            pytest.skip(f"it makes no promise about {ability}")

    async def submit(self, marker: str, *command: str, **wanted: Any) -> str:
        await self.batch.prepare(marker)
        return await self.batch.submit(BatchRun(marker=marker, name=marker, command=command, **wanted))

    async def until(
        self, markers: Sequence[str], states: frozenset[Any] = ENDED, *, seconds: float = 40
    ) -> list[NativeStatus]:
        """Return the runs' statuses once all are in ``states``; asked for at each change, and now and then."""
        deadline = time.monotonic() + seconds
        while True:
            self.changed.clear()
            found = await self.batch.poll([RunRef(marker) for marker in markers])
            if all(status.state in states for status in found):
                return found
            assert time.monotonic() < deadline, found
            try:
                await asyncio.wait_for(self.changed.wait(), self.batch.poll_seconds)
            except TimeoutError:
                continue

    async def run(self, marker: str, *command: str, **wanted: Any) -> NativeStatus:
        await self.submit(marker, *command, **wanted)
        return (await self.until([marker]))[0]

    @asynccontextmanager
    async def silent(self) -> AsyncIterator[None]:
        """Have the batch system not answer for a while; the machine does."""
        if self.answers is None:
            pytest.skip("it cannot be silent")
        await asyncio.to_thread(self.answers, False)
        try:
            yield
        finally:
            await asyncio.to_thread(self.answers, True)

    async def output(self, marker: str, stream: Any = "stdout") -> str:
        return (await self.transport.tail(self.batch.output_path(marker, stream), 100_000)).decode()


@asynccontextmanager
async def batch_site(
    name: str,
    settings: dict[str, Any],
    folder: Path,
    *,
    transport: Transport | None = None,
    cores: int = 2,
    abilities: Sequence[str] = (),
    own_markers: bool = True,
    answers: Callable[[bool], None] | None = None,
    lend: Callable[[str], AbstractAsyncContextManager[Secret]] = no_vault,
) -> AsyncIterator[BatchSite]:
    """Open a driver on a folder of its own."""
    module = drivers.load(KIND, name)
    checked = module.Settings.model_validate(settings)
    assert await module.probe(checked) is None
    changed = asyncio.Event()
    used = transport or LocalTransport(LocalSettings())
    line = RestLine(used) if issubclass(module.Batch, RestBatch) else Line(used)
    there = cast("Transport", line)

    async def connected() -> Transport:
        return there

    woken: Callable[[], None] = changed.set
    given: dict[str, Any] = {"http": line.http, "lend": lend} if isinstance(line, RestLine) else {}
    surroundings = Surroundings(
        directory=folder / "site", changed=woken, transport=connected, root=str(folder / "the runs"), **given
    )
    batch: BatchSystem = module.Batch(checked, surroundings)
    await batch.open()
    try:
        tested = cast("BatchSystem", OwnMarkers(batch)) if own_markers else batch
        yield BatchSite(tested, there, line, cores, frozenset(abilities), answers, changed)
    finally:
        await batch.close()
        if isinstance(line, RestLine):
            await line.http.close()


def lending(secret: Secret) -> Callable[[str], AbstractAsyncContextManager[Secret]]:
    """Return what lends a secret, whichever credential is asked for."""

    @asynccontextmanager
    async def lent(_credential_id: str) -> AsyncIterator[Secret]:
        yield secret

    return lent


def kubernetes_settings(api: KubernetesApi, folder: Path) -> dict[str, Any]:
    """Return a machine's settings that use the stand-in, its pods in a folder of this host."""
    volume = {"kind": "host_path", "path": str(folder)}
    return {
        **REMOTE,
        "url": api.url,
        "ca": api.ca,
        "api_credential_id": "crd_1",
        "volume": volume,
        "cores": 2,
        "mount_path": str(folder),
        "run_directory": f"{folder}/the runs",
        "image": "stormbell/host:1",
    }


@asynccontextmanager
async def opened(name: str, request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[BatchSite]:
    """Open a driver in its place. One without a place fails, so that none goes untested."""
    if name == "local":
        own = ("commands", "urgency", "memory", "notice", "running counts", "usage")
        async with batch_site(name, {"cores": 2, "grace_seconds": 0.5}, folder, abilities=own) as site:
            yield site
        return
    if name == "dummy":  # nothing is run
        async with batch_site(name, {}, folder) as site:
            site.batch.poll_seconds = 0.02
            yield site
        return
    settings: dict[str, Any] = REMOTE
    lend = no_vault
    abilities: tuple[str, ...]
    answers: Callable[[bool], None]
    if name == "slurm":
        machine = request.getfixturevalue("slurm_machine")
        login, cluster = machine.login, machine.cluster
        abilities = ("commands", "queue", "running counts", "refusal", "estimate")
        answers = lambda yes: cluster.start_controller() if yes else cluster.stop_controller()  # noqa: E731
    elif name == "slurmrestd":
        machine = request.getfixturevalue("slurmrestd_machine")
        login, cluster = machine.login, machine.cluster
        settings, abilities = {**REMOTE, "url": machine.rest}, ("commands", "queue", "running counts", "refusal")
        answers = lambda yes: cluster.start_controller() if yes else cluster.stop_controller()  # noqa: E731
    elif name == "kubernetes":
        machine = request.getfixturevalue("kubernetes_machine")
        login, abilities = machine.login, ("commands", "running counts", "refusal")
        settings, lend = kubernetes_settings(machine.api, folder), lending(Bearer(TOKEN))
        answers = lambda yes: machine.api.answers(yes=yes)  # noqa: E731
    elif name == "pbs":
        machine = request.getfixturevalue("pbs_machine")
        login, abilities = machine.login, ("commands", "queue", "running counts")
        answers = lambda yes: machine.server.answers(yes=yes)  # noqa: E731
    elif name == "gridengine":
        login, abilities = request.getfixturevalue("grid_engine_machine"), ("commands", "running counts")
        answers = grid_engine_answers
    elif name == "docker":
        machine = request.getfixturevalue("docker_machine")
        login, abilities = machine.login, ("commands", "urgency", "running counts", "refusal")
        settings = {**REMOTE, **docker.settings_of(machine.engine), "scratch": [str(folder)]}
        answers = lambda yes: machine.engine.answers(yes=yes)  # noqa: E731
    else:
        pytest.fail(f"give the driver {name} a place here")
    async with AsyncExitStack() as left:
        transport = await left.enter_async_context(logged_in(login))
        yield await left.enter_async_context(
            batch_site(name, settings, folder, transport=transport, abilities=abilities, answers=answers, lend=lend)
        )

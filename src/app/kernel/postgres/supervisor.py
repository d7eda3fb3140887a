"""Who runs the server of a data directory: this process, or another until that one is gone."""

import asyncio
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal
from urllib.parse import quote

import asyncpg
import structlog

from app.kernel.postgres import problems
from app.kernel.postgres.binaries import find_bin_directory
from app.kernel.postgres.directory import DataDirectory, Postmaster
from app.kernel.postgres.leftovers import is_postmaster
from app.kernel.postgres.server import NAME, Server, answering, ask, launch
from app.kernel.postgres.tuning import PORT

log = structlog.get_logger(__name__)

State = Literal["stopped", "starting", "running", "attached", "restarting"]

_TAKEOVER_SECONDS = 0.5  # between two looks at the lock while another process supervises: one system call
_ATTACH_SECONDS = 60.0
_STEADY_SECONDS = 10.0  # a server that ran this long has not failed again, but anew


@dataclass(frozen=True)
class Cluster:
    """A server we may talk to. ``url`` is for SQLAlchemy with asyncpg; ``owned``: this process supervises it."""

    url: str
    socket_dir: Path
    data_directory: Path
    owned: bool


class EmbeddedPostgres:
    """The server of ``data_directory``, started and kept running by one of the processes that name it.

    ``running`` is set while this process knows the server to answer (an attached one does not look). ``on_restart``
    is called on the event loop each time the server is back after it died, or was taken over from a dead supervisor.
    ``settings`` are PostgreSQL's own, over our defaults. ``last_error`` is the latest failure, for health.

    Start it on the thread that lives as long as the process: on Linux the server ends when that thread does.
    ``death_signal=False`` keeps a small process beside the server that ends it instead, as on other systems.
    """

    def __init__(
        self,
        data_directory: Path,
        *,
        bin_directory: Path | None = None,
        settings: Mapping[str, str] = MappingProxyType({}),
        on_restart: Callable[[Cluster], None] | None = None,
        death_signal: bool = sys.platform == "linux",
    ) -> None:
        self.on_restart = on_restart
        self.state: State = "stopped"
        self.restarts = 0
        self.last_error: str | None = None
        self.cluster: Cluster | None = None
        self.running = asyncio.Event()
        self._directory = DataDirectory(data_directory)
        self._bin_setting = bin_directory
        self._settings = dict(settings)
        self._watch = not death_signal
        self._server: Server | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def server_pid(self) -> int | None:
        """The process id of the server when this process supervises it (of its watcher without death signal)."""
        return None if self._server is None else self._server.process.pid

    async def start(self) -> Cluster:
        """Start the server or attach to the one another process runs; return when it answers.

        The first start makes the cluster, the role and the database ``stormbell``. Raises PostgresProblem.
        """
        if self._task is not None:
            raise RuntimeError("start() was called twice")
        self.state = "starting"
        try:
            bin_directory = await asyncio.to_thread(find_bin_directory, self._bin_setting)
            await asyncio.to_thread(self._directory.create)
            self.cluster = await self._start_or_attach(bin_directory)
        except BaseException as error:
            self.last_error = str(error)
            await self.stop()
            if isinstance(error, OSError):
                raise problems.from_os_error(error, self._directory.root) from error
            raise
        self.state = "running" if self.cluster.owned else "attached"
        self.running.set()
        self._task = asyncio.create_task(self._supervise(bin_directory), name="postgres supervisor")
        return self.cluster

    async def stop(self) -> None:
        """End supervision and, when it is ours, the server (fast shutdown): another process may take over then."""
        self.running.clear()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
        if self._server is not None:
            await self._server.stop()
            self._server = None
        if self._directory.supervisor_lock.descriptor is not None:
            await asyncio.to_thread(self._directory.remove_socket_directory)
            self._directory.supervisor_lock.release()
        self.cluster = None
        self.state = "stopped"

    async def _start_or_attach(self, bin_directory: Path) -> Cluster:
        give_up_at = time.monotonic() + _ATTACH_SECONDS
        while not self._directory.supervisor_lock.acquire():
            found = await asyncio.to_thread(self._directory.postmaster)
            if found is not None and found.ready:
                if (cluster := await self._attach(found)) is not None:
                    return cluster
            elif found is not None and is_postmaster(found.pid, self._directory.pgdata):
                give_up_at = time.monotonic() + _ATTACH_SECONDS  # replaying its log after a crash
            if time.monotonic() > give_up_at:
                raise problems.StartFailed(
                    f"Another process supervises {self._directory.root} but its server has not answered for "
                    f"{_ATTACH_SECONDS:.0f} s ({self.last_error}): see {self._directory.log}."
                )
            await asyncio.sleep(0.02)
        return await self._launch(bin_directory)

    async def _attach(self, found: Postmaster) -> Cluster | None:
        try:
            await ask(found.socket_directory)
        except PermissionError as error:
            raise problems.from_os_error(error, self._directory.root) from error
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            self.last_error = str(error)  # it may just be stopping, or have no database yet
            return None
        return self._cluster(found.socket_directory, owned=False)

    async def _launch(self, bin_directory: Path) -> Cluster:
        self._server, socket_directory = await launch(self._directory, bin_directory, self._settings, watch=self._watch)
        await answering(self._server, self._directory, bin_directory)
        return self._cluster(socket_directory, owned=True)

    async def _supervise(self, bin_directory: Path) -> None:
        while not self._inherited():  # noqa: ASYNC110 - a lock another process holds has no event
            await asyncio.sleep(_TAKEOVER_SECONDS)
        failures = 0
        while True:
            began = time.monotonic()
            if self._server is not None:
                code = await self._server.process.wait()
                self.last_error = f"The embedded PostgreSQL ended unasked with status {code}."
            else:
                self.last_error = "The process that supervised the embedded PostgreSQL ended."
            log.warning("postgres restarting", reason=self.last_error, restarts=self.restarts)
            self.running.clear()
            self.state = "restarting"
            failures = 0 if time.monotonic() - began > _STEADY_SECONDS else failures
            failures = await self._launch_again(bin_directory, failures)

    def _inherited(self) -> bool:
        try:
            return self._directory.supervisor_lock.acquire()
        except OSError as error:
            self.last_error = str(error)
            return False

    async def _launch_again(self, bin_directory: Path, failures: int) -> int:
        """Launch until the server answers: at once the first time, then ever later up to 5 s. Return the failures."""
        while True:
            await asyncio.sleep(min(5.0, 0.05 * 2**failures) if failures else 0)
            failures = min(failures + 1, 10)
            try:
                self.cluster = await self._launch(bin_directory)
            except Exception as error:  # noqa: BLE001 - the supervisor outlives every reason a start can fail for
                self.last_error = str(error)
                log.error("postgres restart failed", reason=str(error), attempt=failures)
                if self._server is not None:
                    await self._server.stop()
                continue
            self.restarts += 1
            self.state = "running"
            self.running.set()
            log.info("postgres is back", restarts=self.restarts)
            try:
                if self.on_restart is not None:
                    self.on_restart(self.cluster)
            except Exception:
                log.exception("postgres on_restart failed")
            return failures

    def _cluster(self, socket_directory: Path, *, owned: bool) -> Cluster:
        # The port is named because PGPORT would change it otherwise.
        url = f"postgresql+asyncpg://{NAME}@/{NAME}?host={quote(str(socket_directory))}&port={PORT}"
        return Cluster(url, socket_directory, self._directory.root, owned)

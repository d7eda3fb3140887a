"""One server process: made ready, spawned, asked, stopped."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import asyncpg

from app.kernel.postgres import problems, tuning
from app.kernel.postgres.directory import DataDirectory
from app.kernel.postgres.leftovers import end_leftovers

LAUNCHER = Path(__file__).with_name("launcher.py")
NAME = "stormbell"  # of the role and of its database
SUPERUSER = "postgres"

# What the server may see of our environment: no secret, no PG* variable (they would change its defaults).
_ENVIRONMENT = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
_FAST_SHUTDOWN_SECONDS = 30.0


class Server:
    """A running ``postgres`` that is our child."""

    def __init__(self, process: asyncio.subprocess.Process, log_offset: int, *, watched: bool) -> None:
        self.process = process
        self.log_offset = log_offset
        self.watched = watched

    async def stop(self) -> None:
        """Shut down fast; immediately (recovery at the next start) when that takes longer than 30 s."""
        for number, seconds in ((signal.SIGINT, _FAST_SHUTDOWN_SECONDS), (signal.SIGQUIT, 5.0), (signal.SIGKILL, None)):
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), seconds)
                return


async def launch(
    directory: DataDirectory, bin_directory: Path, chosen: Mapping[str, str], *, watch: bool
) -> tuple[Server, Path]:
    """Start the server, which may not answer yet; return it and its socket directory.

    Ends what an earlier server left, makes the cluster if there is none. The caller holds the supervisor's lock.
    Raises PostgresProblem and OSError.
    """
    try:
        await end_leftovers(directory)
        if not await asyncio.to_thread(directory.made_by):
            await _initialize(directory, bin_directory, watch=watch)
        socket_directory = await asyncio.to_thread(directory.socket_directory)
        major = "".join(filter(str.isdigit, await asyncio.to_thread(directory.made_by)))
        settings = tuning.server_settings(
            chosen,
            major=int(major or 0),
            memory_bytes=tuning.machine_memory_bytes(),
            socket_directory=socket_directory,
        )
        command = [str(bin_directory / "postgres"), "-D", str(directory.pgdata)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        process, offset = await _spawn(directory, [directory.pgdata, socket_directory], command, watch=watch)
    finally:
        # The child has inherited the lock; held by us as well it would never tell that the child is gone.
        directory.server_lock.release()
    return Server(process, offset, watched=watch), socket_directory


async def answering(server: Server, directory: DataDirectory, bin_directory: Path) -> None:
    """Return when the server takes connections and has our role and database. Raises PostgresProblem.

    There is no deadline: after a crash the server replays its log for as long as that takes.
    """
    ended = asyncio.ensure_future(server.process.wait())
    try:
        while not ended.done():
            found = await asyncio.to_thread(directory.postmaster)
            # A killed server leaves a postmaster.pid that says "ready". A watched one's number is not known here.
            if found is not None and found.ready and (server.watched or found.pid == server.process.pid):
                try:
                    return await ensure_database(found.socket_directory)
                except (ConnectionError, FileNotFoundError, asyncpg.CannotConnectNowError):
                    pass  # not yet, or it has just ended
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
                    await asyncio.wait([ended], timeout=1)
                    if not ended.done():
                        raise problems.StartFailed(f"The embedded PostgreSQL refuses us: {error}") from error
            await asyncio.wait([ended], timeout=0.01)
        raise await failure(server, directory, bin_directory)
    finally:
        ended.cancel()


async def failure(server: Server, directory: DataDirectory, bin_directory: Path) -> problems.PostgresProblem:
    """Return why an ended server ended."""
    binaries = await _output_of(str(bin_directory / "postgres"), "--version")
    wrong = problems.different_version(directory.made_by(), binaries, bin_directory, directory.root)
    if wrong is not None:
        return wrong
    lines = await asyncio.to_thread(directory.log_lines, server.log_offset)
    code = server.process.returncode
    how = f"was killed by signal {-code}" if code is not None and code < 0 else f"ended with status {code}"
    return problems.from_log(f"The embedded PostgreSQL {how}", lines, directory.root, directory.log)


async def ensure_database(socket_directory: Path) -> None:
    """Connect to our database as our role, making both when they are missing (the supervisor's to do)."""
    try:
        await ask(socket_directory)
    except (asyncpg.InvalidCatalogNameError, asyncpg.InvalidAuthorizationSpecificationError):
        await _create_database(socket_directory)
        await ask(socket_directory)


async def ask(socket_directory: Path) -> None:
    """Connect to our database as our role."""
    connection = await _connect(socket_directory, NAME, NAME)
    await connection.close()


async def _create_database(socket_directory: Path) -> None:
    connection = await _connect(socket_directory, SUPERUSER, "postgres")
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", NAME):
            # Not a superuser: no SQL of ours may read the server's files or start programs.
            await connection.execute(f"CREATE ROLE {NAME} LOGIN CREATEDB CREATEROLE")
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", NAME):
            await connection.execute(f"CREATE DATABASE {NAME} OWNER {NAME}")
    finally:
        await connection.close()


async def _connect(socket_directory: Path, user: str, database: str) -> "asyncpg.Connection[asyncpg.Record]":
    return await asyncpg.connect(
        host=str(socket_directory), port=tuning.PORT, user=user, database=database, ssl=False, timeout=60
    )


async def _initialize(directory: DataDirectory, bin_directory: Path, *, watch: bool) -> None:
    """Make the cluster beside its place and move it there: a half-made one is never taken for a whole one."""
    version = await _output_of(str(bin_directory / "postgres"), "--version")
    await asyncio.to_thread(shutil.rmtree, directory.unfinished, ignore_errors=True)
    await asyncio.to_thread(directory.make_private, directory.unfinished)
    command = [str(bin_directory / "initdb"), "-D", str(directory.unfinished), "-U", SUPERUSER, "--no-instructions"]
    # Trust, because whoever passes the 0700 socket directory is already this user; TCP is refused even if opened.
    command += ["--auth-local=trust", "--auth-host=reject", "--data-checksums", "-E", "UTF8"]
    major = int("".join(filter(str.isdigit, version.partition(".")[0])) or 0)
    if major >= 17:
        # The builtin provider sorts and folds the same on every machine, whatever its C library.
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if tuning.syncfs_reports_errors():
            command += ["--sync-method=syncfs"]
    else:
        command += ["--locale=C.UTF-8"]
    process, offset = await _spawn(directory, [directory.unfinished], command, watch=watch)
    try:
        code = await process.wait()
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
            await process.wait()
    if code != 0:
        lines = await asyncio.to_thread(directory.log_lines, offset)
        raise problems.from_log("initdb could not make the database cluster", lines, directory.root, directory.log)
    await asyncio.to_thread(_put_in_place, directory)


def _put_in_place(directory: DataDirectory) -> None:
    directory.unfinished.rename(directory.pgdata)
    descriptor = os.open(directory.root, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def _spawn(
    directory: DataDirectory, owned: Sequence[Path], command: Sequence[str], *, watch: bool
) -> tuple[asyncio.subprocess.Process, int]:
    """Start ``command`` through the launcher, writing to the server's log; return it and where its log begins."""
    log, offset = await asyncio.to_thread(directory.open_log)
    lock = directory.server_lock.descriptor
    try:
        # From this thread, never from a worker's: the child is signalled when the thread that made it ends.
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), "watch" if watch else "exec"),
            *map(str, owned),
            *("--", *command),
            stdin=subprocess.PIPE if watch else subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | {"LC_ALL": "C"},
            pass_fds=() if lock is None else (lock,),
            start_new_session=True,  # Ctrl-C in our terminal is ours: the server ends after its last client
        )
    finally:
        os.close(log)
    return process, offset


async def _output_of(*command: str) -> str:
    try:
        process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError as error:
        raise problems.BinariesMissing(
            f"{command[0]} cannot be run ({error.strerror}): set database.bin_directory to binaries for this machine."
        ) from error
    return (await process.communicate())[0].decode(errors="replace").strip()

"""Ending what an earlier server of this directory left running, before a new one starts."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from app.kernel.postgres.directory import DataDirectory
from app.kernel.postgres.problems import StartFailed

_ORPHAN_SECONDS = 0.3  # a backend notices at its next wait that its postmaster is gone
_FAST_SECONDS = 60.0
_LAST_SECONDS = 75.0


async def end_leftovers(directory: DataDirectory) -> None:
    """Take the server's lock, ending the processes that hold it. The caller holds the supervisor's lock.

    A server whose supervisor died is shutting down already, and is asked to if not (SIGINT: fast shutdown). When its
    postmaster is dead, a backend deep in a query stays and would keep the next server from starting: it is killed,
    recovery follows anyway. Raises StartFailed when processes stay that this one cannot see or end.
    """
    began = time.monotonic()
    asked = False
    while not directory.server_lock.acquire():
        waited = time.monotonic() - began
        found = await asyncio.to_thread(directory.postmaster)
        if found is not None and is_postmaster(found.pid, directory.pgdata):
            if not asked:
                _signal([found.pid], signal.SIGINT)
                asked = True
            elif waited > _FAST_SECONDS:
                _signal([found.pid], signal.SIGQUIT)
        elif waited > _ORPHAN_SECONDS:
            _signal(await asyncio.to_thread(_holders, directory.server_lock.path), signal.SIGKILL)
        if waited > _LAST_SECONDS:
            raise StartFailed(
                f"Processes of an earlier server still hold {directory.server_lock.path} and cannot be ended from "
                "here: end them where they run."
            )
        await asyncio.sleep(0.01)
    await asyncio.to_thread(_forget_dead_postmaster, directory)


def _forget_dead_postmaster(directory: DataDirectory) -> None:
    """Remove a postmaster.pid whose number now belongs to another program.

    PostgreSQL would refuse to start; usual after a container's restart, where the same few numbers come again.
    """
    found = directory.postmaster()
    if found is not None and Path("/proc/self/cmdline").exists() and not is_postmaster(found.pid, directory.pgdata):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(found.pid, 0)
            (directory.pgdata / "postmaster.pid").unlink()


def is_postmaster(pid: int, pgdata: Path) -> bool:
    """Return whether ``pid`` may be the live postmaster of ``pgdata``; in doubt, yes."""
    if sys.platform != "linux":
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        return True
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        if not command:  # dead and not yet waited for
            return False
        return Path(f"/proc/{pid}/cwd").readlink() == pgdata.resolve()
    except (FileNotFoundError, ProcessLookupError):
        return False
    except PermissionError:  # of the stand-in user, seen from a root without CAP_SYS_PTRACE
        return b"postgres" in command


def _holders(lock: Path) -> list[int]:
    """Return the processes that have ``lock`` open, this one left out."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if entry.name != str(os.getpid()) and any(_same(link, lock) for link in (entry / "fd").iterdir()):
                found.append(int(entry.name))
    return found


def _same(link: Path, lock: Path) -> bool:
    try:
        return link.readlink() == lock.resolve()
    except OSError:
        return False


def _signal(pids: Iterable[int], number: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)

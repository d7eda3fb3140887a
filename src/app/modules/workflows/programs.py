"""Programs a stage runs beside the server, in its scratch folder, and which do not outlive it."""

import asyncio
import os
import signal
from collections.abc import Sequence
from pathlib import Path


class ChildFailed(Exception):
    """A program started by a stage did not succeed; the message has its exit code and last words."""


async def run_program(command: Sequence[str], *, directory: Path, timeout_seconds: float) -> str:
    """Run a program with a bare environment in a process group of its own; return what it printed.

    Raises ChildFailed.
    """
    process = await asyncio.create_subprocess_exec(
        *[str(part) for part in command],
        cwd=directory,
        env={"PATH": os.environ.get("PATH", ""), "HOME": str(directory), "LC_ALL": "C.UTF-8"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(timeout_seconds):
            out, err = await process.communicate()
    except TimeoutError:
        raise ChildFailed(f"{command[0]} did not end within {timeout_seconds:g} s") from None
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if process.returncode != 0:
        last = err.decode(errors="replace").strip()[-600:]
        raise ChildFailed(f"{command[0]} ended with {process.returncode}: {last}")
    return out.decode(errors="replace")

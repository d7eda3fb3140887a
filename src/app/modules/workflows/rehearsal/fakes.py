"""Stand-ins for machines: what a simulation leaves behind, said by the author of a test or by the program itself."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from app.modules.workflows.messages import SimulationRequest


@dataclass(frozen=True)
class Result:
    """How a simulation ends: its output files by name (bytes, text, or what becomes JSON), after virtual seconds."""

    files: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 60.0


class SimulationFails(Exception):
    """Raised in place of a result: the simulation ends as ``state`` (failed, timed_out, lost)."""

    def __init__(self, error: str = "it failed", *, state: str = "failed", seconds: float = 60.0) -> None:
        super().__init__(error)
        self.error, self.state, self.seconds = error, state, seconds


Simulate = Callable[[SimulationRequest], Result | Mapping[str, Any] | None]


def succeed(request: SimulationRequest) -> Result:
    """Let every simulation succeed, with an empty file for each output that is no pattern."""
    return Result({name: b"" for name in request.outputs if not set("*?[") & set(name)})


def run_programs(request: SimulationRequest) -> Result:
    """Run the simulation's own program here, with its files, and take what its outputs match. Raises SimulationFails.

    The program gets a bare environment and a folder of its own, as on a machine.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name, content in request.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes_of(content))
        command = [sys.executable if part == "python3" else part for part in request.command]
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": place, "LC_ALL": "C.UTF-8"}
        try:
            done = subprocess.run(
                command, cwd=folder, env=environment, capture_output=True, timeout=request.walltime_seconds, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise SimulationFails("its walltime was over", state="timed_out", seconds=error.timeout) from None
        except OSError as error:
            raise SimulationFails(f"{command[0]} does not start: {error.strerror}") from None
        if done.returncode != 0:
            words = done.stderr.decode(errors="replace").strip()[-600:]
            raise SimulationFails(f"exit code {done.returncode}: {words}")
        found = {p for pattern in request.outputs for p in folder.glob(pattern) if p.is_file()}
        return Result({p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(found)})


def bytes_of(content: Any) -> bytes:
    """Return a file's content: bytes and text as they are, a path's bytes, anything else as JSON."""
    if isinstance(content, bytes):
        return content
    if isinstance(content, Path):
        return content.read_bytes()
    return content.encode() if isinstance(content, str) else orjson.dumps(content)


def keep(content: Any, place: Path) -> Path:
    """Write a file's content to ``place`` and return it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, Path):
        shutil.copy2(content, place)
    else:
        place.write_bytes(bytes_of(content))
    return place

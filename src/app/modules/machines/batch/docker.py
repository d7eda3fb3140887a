"""Docker, by its commands: a container for each run, made when it is submitted and started when there is room.

The machine needs a shell with flock and an account that may use Docker; images need bash and GNU's coreutils. What
waits is started whenever the queue is asked about, so with no server up it goes on waiting.
"""

import math
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from shlex import join, quote
from typing import Annotated

from pydantic import Field

from app.modules.machines.batch import BatchRun, Load, RunRef, RunRefused, Surroundings
from app.modules.machines.batch import _docker_text as text
from app.modules.machines.batch._commands import CommandBatch
from app.modules.machines.batch._remote import BatchSilent, RemoteSettings
from app.modules.machines.batch._verdict import Row
from app.modules.machines.queue_view import MachineQueue
from app.modules.machines.transport import Completed

_IMAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/@-]{0,400}")
_TRANSIENT = re.compile(
    r"cannot connect|error during connect|timeout|timed out|temporar|connection|too many requests|not found$|tls|"
    r"no space left|unexpected eof",
    re.IGNORECASE,
)


Place = Annotated[str, Field(pattern=r"^/[^,\"\x00-\x1f]*$", max_length=500)]


class Settings(RemoteSettings):
    """How Docker is used on a machine."""

    poll_seconds: float = Field(
        1.0, strict=True, ge=0.05, le=3600, description="How often it is asked, and what waits started"
    )
    array_count: int = Field(0, strict=True, ge=0, le=1000, description="A container each: arrays save nothing here")
    host: str | None = Field(
        None,
        max_length=500,
        pattern=r"^(unix|tcp|ssh)://[^\s]+$",
        description="Where Docker listens; left out, as the account has it",
    )
    cores: int | None = Field(None, strict=True, ge=1, le=100_000, description="For runs; left out, all there are")
    image: str | None = Field(None, max_length=400, description="Of runs that name none")
    network: str = Field("bridge", pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=100, description="Of containers")
    mounts: list[Place] = Field([], max_length=50, description="Directories of the machine that runs see, unchangeable")
    scratch: list[Place] = Field([], max_length=50, description="Directories of the machine that runs may write to")


async def probe(_settings: Settings) -> str | None:
    """Say why this driver cannot be used here, ``None`` if it can."""
    return None


class Batch(CommandBatch):
    """Docker; see the seam for what each method promises. Members of an array are containers of their own."""

    identity = 'export -n member; native=$(head -c 12 "cid$member")'
    submits = 'bash "$1" create'
    looks_up = text.LOOKS_UP

    def __init__(self, settings: Settings, surroundings: Surroundings) -> None:
        super().__init__(settings, surroundings)
        self._settings = settings

    def directives(self, run: BatchRun) -> list[str]:
        return creation(run, self._settings)

    def launched(self, run: BatchRun) -> BatchRun:
        return replace(run, image=None)  # the script runs inside it

    def native_of(self, said: str) -> str:
        return text.native_of(said)

    def is_refusal(self, exit_code: int, said: str) -> bool:
        return exit_code not in (126, 127) and bool(said) and _TRANSIENT.search(said) is None

    async def submit(self, run: BatchRun) -> str:
        native_id = await super().submit(run)
        with suppress(OSError):  # it is there, and is started when the queue is asked about next
            await self._containers([])
        return native_id

    async def rows(self, runs: Sequence[RunRef]) -> Iterable[tuple[str, Row]]:
        return [(one.marker, one.row) for one in await self._containers([run.marker for run in runs])]

    async def history(self, runs: Sequence[RunRef]) -> Iterable[tuple[str, Row]]:
        return []  # a container that is gone leaves none

    async def stop(self, run: RunRef) -> None:
        _certain(await self.run((*text.STOP, self._root, run.marker)))

    async def forget(self, marker: str, *, keep_output: bool = True) -> None:
        await super().forget(marker, keep_output=keep_output)
        _certain(await self.run((*text.FORGET, self._root, marker)))

    async def load(self) -> Load:
        info = _certain(await self.run(text.INFO))
        return text.read_load(info, await self._containers([]), self._settings.cores)

    async def queue(self) -> MachineQueue:
        info = _certain(await self.run(text.INFO))
        return text.read_view(info, await self._containers([]), self._settings.cores)

    async def estimate(self, run: BatchRun) -> datetime | None:
        self.preview(run)
        load = await self.load()
        # With others before it: when those end is known to nobody.
        return datetime.now(UTC) if not load.queued_count and load.cores_used + run.cores <= load.cores else None

    async def run(self, command: Sequence[str], *, content: bytes = b"") -> Completed:
        host = self._settings.host
        return await super().run(command if host is None else ("env", f"DOCKER_HOST={host}", *command), content=content)

    async def _containers(self, ended: Sequence[str]) -> list[text.Container]:
        """Start what fits; return what waits and runs, and of what has ended the runs named."""
        command = (*text.QUEUE, self._root, str(self._settings.cores or 0))
        done = await self.run(command, content="".join(f"{one}\n" for one in ended).encode())
        return list(text.read_containers(_certain(done)))


def creation(run: BatchRun, settings: Settings) -> list[str]:
    """Return shell that makes the container of a run, or of each member. Raises RunRefused for what Docker has not."""
    asked = {
        "several nodes": (run.nodes or 1) > 1,
        "a partition": run.partition,
        "a quality of service": run.qos,
        "a reservation": run.reservation,
        "a constraint": run.constraint,
        "dependencies": run.dependency,
    }
    if wanted := [what for what, is_asked in asked.items() if is_asked]:
        raise RunRefused(f"{run.name} asks for {', '.join(wanted)}, which Docker does not have")
    image = run.image or settings.image
    if image is None:
        raise RunRefused(f"{run.name} names no image, and the machine's settings have none for such runs")
    if not _IMAGE.fullmatch(image):
        raise RunRefused(f"{run.name}: {image!r} is no image that Docker could know")
    if settings.cores is not None and run.cores > settings.cores:
        raise RunRefused(f"{run.name} wants {run.cores} cores; this machine gives {settings.cores} to runs")
    given = ["--network", settings.network, "--cpus", str(run.cores), "--env", "HOME=/tmp"]
    given += ["--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
    given += ["--label", f"stormbell.cores={run.cores}", "--label", f"stormbell.urgency={run.urgency}"]
    if run.memory_bytes is not None:
        given += ["--memory", str(max(6 * 1024**2, math.ceil(run.memory_bytes)))]
    if run.gpus:
        given += ["--gpus", str(run.gpus)]
    for path in settings.mounts:
        given += ["--mount", f"type=bind,source={path},target={path},readonly"]
    for path in settings.scratch:
        given += ["--mount", f"type=bind,source={path},target={path}"]
    command = join([*given, *run.extra, image, "/bin/bash", *(["-l"] if run.modules else []), "job.sh"])
    numbers = f"for ((k = {run.array} - 1; k >= 0; k--)); do" if run.array is not None else "for k in ''; do"
    return [
        'if [ "${1-}" = create ]; then',
        f"root=$(cd .. && pwd -P) here=$PWD name={quote(run.marker)} at=$(date +%s.%N)",
        'case $here in *[,\\"]*) echo "Docker mounts no path with a comma or a quote" >&2; exit 1 ;; esac',
        numbers,
        "  one=$name${k:+.$k} own=$here${k:+.$k}; access=${k:+,readonly}",
        '  [ -z "$k" ] || mkdir -p -m 750 -- "$own/work" "$own/tmp" || exit 1',
        '  rm -f -- "cid$k"; : >>errors.create',
        '  docker create --cidfile "cid$k" --name "$one" \\',
        '    --label "stormbell.root=$root" --label "stormbell.run=$one" \\',
        '    --label "stormbell.at=$at" --label "stormbell.member=${k:-0}" \\',
        '    --user "$(id -u):$(id -g)" --workdir "$here" --env "member=$k" \\',
        '    --mount "type=bind,source=$here,target=$here$access" \\',
        '    ${k:+--mount "type=bind,source=$own,target=$own"} \\',
        f"    {command} >created 2>errors.create ||",
        # A try before this one came so far.
        "    grep -q 'is already in use' errors.create || { tail -n 1 errors.create >&2; exit 1; }",
        "done",
        'docker ps --all --quiet --filter "name=^/$name${k:+[.]0}\\$"',
        "exit",
        "fi",
    ]


def _certain(done: Completed) -> str:
    if done.exit_code != 0:
        said = done.stderr.decode(errors="replace").strip()
        last = said.splitlines()[-1][:500] if said else f"it ended with {done.exit_code}"
        raise BatchSilent(f"Docker does not answer: {last}")
    return done.stdout.decode(errors="replace")

"""Runs of a batch system that is asked over HTTP, while their files and evidence stay on the machine.

A run's directory says that it is about to be created before it is, and what came of it after: whoever comes later
asks for the marker first. Two who ask at once make two jobs at worst, of which the second finds the run claimed.
"""

import asyncio
import json
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

from app.kernel.egress import EgressDenied
from app.kernel.http import GuardedClient, RemoteProblem
from app.modules.machines.batch import BatchRun, Surroundings
from app.modules.machines.batch._remote import BatchSilent, RemoteBatch, RemoteSettings, callback_key, last_line
from app.modules.machines.transport import Completed

_LARGE_BYTES = 200_000  # of JSON, above which reading it would hold the event loop up for more than some ms

# What is known of the run in the directory $1: its native id, or that somebody began to submit it, or nothing.
_KNOWN = r"""
told() {
  if [ -s submitted ]; then printf 'known '; head -n 1 submitted; return; fi
  for one in claim ../"$1".*/claim; do
    [ -L "$one" ] && { printf 'known %s\n' "$(readlink "$one")"; return; }
  done
  [ -e attempted ] && echo attempted || echo new
}
"""
_FIND = f"""{_KNOWN}
cd -- "$1" 2>/dev/null || {{ echo new; exit; }}
told "$2"
"""
# The script comes whole or not at all.
_MARK = f"""{_KNOWN}
umask 027
[ -d "$1/work" ] || mkdir -p -- "$1/work" "$1/tmp" || exit 96
cd -- "$1" || exit 96
part=job.part.$$
head -c "$3" >"$part"
[ "$(wc -c <"$part")" -eq "$3" ] || {{ rm -f -- "$part"; echo 'the script came in part' >&2; exit 97; }}
# One that comes in part signs nothing.
[ "$4" -eq 0 ] || (umask 077; head -c "$4" >"$part.key" && mv -f -- "$part.key" callback.key) || exit 96
said=$(told "$2")
case $said in
  known*) rm -f -- "$part" ;;
  *) mv -f -- "$part" job.sh && : >attempted || exit 96 ;;
esac
printf '%s\\n' "$said" "$(pwd -P)" "$HOME" "$PATH" "$(id -u)" "$(id -g)"
"""
_RECORD = 'cd -- "$0" && printf "%s\\n" "$1" >"submitted.$$" && mv -f "submitted.$$" submitted'


@dataclass(frozen=True)
class Place:
    """Where a run is on the machine, by absolute paths, what the login there has in its environment, and who it is."""

    directory: str
    home: str
    path: str
    user_id: str
    group_id: str


@dataclass(frozen=True)
class Answer:
    """What the batch system answered: the status and its JSON."""

    status: int
    content: Any


class RestBatch(RemoteBatch):
    """A batch system behind HTTP; see the seam for what each method promises."""

    def __init__(self, settings: RemoteSettings, surroundings: Surroundings) -> None:
        super().__init__(settings, surroundings)
        self.http: GuardedClient = surroundings.http
        self._submitting: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @abstractmethod
    async def create(self, run: BatchRun, script: str, place: Place) -> str:
        """Have the batch system make the job; return its native id. Raises RunRefused, BatchSilent."""

    @abstractmethod
    async def known(self, marker: str) -> str | None:
        """Return the native id that the batch system has under a marker. Raises BatchSilent."""

    async def submit(self, run: BatchRun) -> str:
        script = self.preview(run)
        lock = self._submitting.setdefault(run.marker, asyncio.Lock())
        async with lock:
            directory, content = self.directory(run.marker), script.encode(errors="surrogateescape")
            key = callback_key(run)
            sizes = (str(len(content)), str(len(key)))
            done = await self.run(
                ("/bin/sh", "-c", _MARK, "stormbell", directory, run.marker, *sizes), content=content + key
            )
            lines = _certain(done, run.marker).splitlines()
            if len(lines) != 6:
                raise BatchSilent(f"{run.marker} could not be submitted: its directory told {lines!r}"[:300])
            what, _, native_id = lines[0].partition(" ")
            if what == "known":
                return self.native(native_id)
            found = await self.known(run.marker) if what == "attempted" else None
            made = found or await self.create(run, script, Place(*lines[1:]))
            await self.asked("/bin/sh", "-c", _RECORD, directory, made)
            return made

    async def find(self, marker: str) -> str | None:
        done = await self.run(("/bin/sh", "-c", _FIND, "stormbell", self.directory(marker), marker))
        what, _, native_id = _certain(done, marker).strip().partition(" ")
        if what == "known":
            return self.native(native_id)
        return await self.known(marker) if what == "attempted" else None

    async def answer(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: Any = None,
        *,
        client: GuardedClient | None = None,
    ) -> Answer:
        """Ask the batch system. Raises BatchSilent when no answer in JSON comes of it."""
        given = {"Accept": "application/json", **headers}
        content = None
        if body is not None:
            given, content = {"Content-Type": "application/json", **given}, json.dumps(body).encode()
        try:
            said = await self.http.request(
                method, url, headers=given, content=content, timeout_seconds=self.remote.command_seconds
            )
        except (RemoteProblem, EgressDenied) as problem:
            raise BatchSilent(str(problem)) from problem
        try:
            if len(said.body) < _LARGE_BYTES:
                return Answer(said.status, json.loads(said.body or b"null"))
            return Answer(said.status, await asyncio.to_thread(json.loads, said.body))
        except ValueError as error:
            if said.status >= 400:
                text = said.body[:200].decode(errors="replace").strip()
                return Answer(said.status, {"errors": [{"error": text or f"HTTP status {said.status}"}]})
            raise BatchSilent(f"{url} answers something else than JSON") from error


def base_of(marker: str) -> str:
    """Return the marker that a run, or the array it is a member of, was submitted under."""
    name, _, member = marker.rpartition(".")
    return name if name and member.isdigit() else marker


def bases(markers: Sequence[str]) -> list[str]:
    """Return the markers that runs were submitted under, each once."""
    return sorted({base_of(marker) for marker in markers})


def _certain(done: Completed, marker: str) -> str:
    if done.exit_code != 0:
        raise BatchSilent(
            f"the directory of {marker} cannot be used: {last_line(done.stderr.decode(errors='replace'))}"
        )
    return done.stdout.decode(errors="replace")

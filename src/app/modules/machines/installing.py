"""What an install says of itself on its machine: begun there once, and looked at. No rows are touched here."""

import codecs
from dataclasses import dataclass
from typing import Literal

from app.modules.machines._install_script import begin_command, look_command
from app.modules.machines.transport import CutShort, Transport

Begun = Literal["begun", "cancelled", "busy", "short", "lacks"]
_SECONDS = 60.0


@dataclass(frozen=True)
class Seen:
    """How an install stands: none (nothing was begun), running, ended, dead (it ended without saying how), unclear."""

    state: str
    host: str | None
    ended_by: str | None
    exit_code: int | None
    prefix: str | None
    text: str
    next_byte: int
    is_whole: bool


class InstallImpossible(Exception):
    """The machine lacks what installing needs."""


async def begin(transport: Transport, install_id: str, name: str, script: str, timeout_seconds: int) -> Begun:
    """Begin an install, once: what was begun before goes on. Raises InstallImpossible, OSError, TimeoutError."""
    content = script.encode()
    command = begin_command(install_id, name, len(content), timeout_seconds)
    done = await transport.run(command, content=content, timeout_seconds=_SECONDS)
    said = done.stdout.decode(errors="replace").strip()
    word, _, what = said.partition(" ")
    if done.exit_code == 0 and word == "lacks":
        raise InstallImpossible(f"the machine lacks {what}")
    if done.exit_code == 96:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise InstallImpossible(
            f"its directory cannot be made there: {lines[-1][:300] if lines else 'no reason given'}"
        )
    for known in ("begun", "cancelled", "busy", "short"):
        if done.exit_code == 0 and word == known:
            return known
    raise CutShort(f"it said {said[:200]!r} when an install was begun")


async def look(transport: Transport, install_id: str, start_byte: int, *, cancel: bool) -> Seen:
    """Return how an install stands, and what it wrote from a byte on; with ``cancel`` it is told to end first.

    Raises OSError, TimeoutError.
    """
    done = await transport.run(look_command(install_id, start_byte, cancel=cancel), timeout_seconds=_SECONDS)
    head, found, rest = done.stdout.partition(b"\nlog ")
    said = dict(line.partition(" ")[::2] for line in head.decode(errors="replace").splitlines())
    if done.exit_code != 0 or said.get("state") is None:
        raise CutShort(f"it said {done.stdout[:200]!r} when asked about an install")
    size, begin_byte, content = 0, 0, b""
    if found:
        figures, _, content = rest.partition(b"\n")
        size, begin_byte = (int(figure) for figure in figures.split())
    # Only the very last character may be cut in two; it is read the next time.
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    text = decoder.decode(content).replace("\x00", "\ufffd")
    next_byte = begin_byte + len(content) - len(decoder.getstate()[0])
    ended = said["state"] in ("ended", "dead")
    if ended and begin_byte + len(content) == size and next_byte < size:
        text, next_byte = text + "\ufffd", size
    return Seen(
        state=said["state"],
        host=said.get("host"),
        ended_by=said.get("ended_by"),
        exit_code=int(said["exit"]) if said.get("exit", "").isdigit() else None,
        prefix=said.get("prefix"),
        text=text,
        next_byte=next_byte,
        is_whole=next_byte >= size,
    )

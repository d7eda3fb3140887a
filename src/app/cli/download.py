"""Downloading a data set: resumed by Range, checked by SHA-256, in place only when it is right."""

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from app.cli import remote, show
from app.cli.problems import CONFLICT, UNREACHABLE, CommandFailed
from app.cli.units import duration, size

if TYPE_CHECKING:
    from hashlib import _Hash

CHUNK = 1024 * 1024
ATTEMPTS = 5
DRAW_SECONDS = 0.1


def to_file(dataset_id: str, total: int, sha256: str, target: Path, *, force: bool) -> bool:
    """Write the bytes to ``target`` and return True, or False when it holds them already.

    Until they are checked they are in ``<target>.part``, from which a later call goes on. Raises CommandFailed.
    """
    if target.is_dir():
        raise CommandFailed(f"{target} is a folder", CONFLICT)
    if target.is_file():
        if target.stat().st_size == total and _digest(target).hexdigest() == sha256:
            return False
        if not force:
            raise CommandFailed(f"{target} holds something else; --force overwrites it", CONFLICT)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    digest = _digest(part) if part.is_file() and part.stat().st_size <= total else hashlib.sha256()
    have = part.stat().st_size if part.is_file() and part.stat().st_size <= total else 0
    with part.open("r+b" if have else "wb") as file:
        file.seek(have)

        def take(chunk: bytes) -> None:
            file.write(chunk)
            digest.update(chunk)

        _fetch(dataset_id, total, sha256, have, take)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != sha256:
        part.unlink()
        raise CommandFailed(f"what came is not what was announced (SHA-256 {digest.hexdigest()}); nothing was kept")
    part.replace(target)
    return True


def to_stdout(dataset_id: str, total: int, sha256: str) -> None:
    """Write the bytes to stdout. Raises CommandFailed at the end when they were not the announced ones."""
    digest = hashlib.sha256()

    def take(chunk: bytes) -> None:
        digest.update(chunk)
        show.out_bytes(chunk)

    _fetch(dataset_id, total, sha256, 0, take)
    if digest.hexdigest() != sha256:
        raise CommandFailed(f"what came is not what was announced (SHA-256 {digest.hexdigest()}): do not use it")


def file_name(name: str) -> str:
    """Return the last part of a data set's name as a file of this folder."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return last if last not in ("", ".", "..") and "\0" not in last else "dataset"


def _fetch(dataset_id: str, total: int, sha256: str, have: int, take: Callable[[bytes], Any]) -> None:
    """Give every byte from ``have`` on to ``take``, over as many connections as that needs."""
    bar = Bar(total, have)
    failures = 0
    while have < total:
        before = have
        try:
            for chunk in _chunks(dataset_id, sha256, have):
                take(chunk)
                have += len(chunk)
                bar.draw(have)
        except CommandFailed as problem:
            failures = 1 if have > before else failures + 1
            if problem.code != UNREACHABLE or failures >= ATTEMPTS:
                bar.end()
                raise
            time.sleep(0.2 * 2**failures)
            continue
        if have < total and have == before:
            raise CommandFailed(f"the server sent {have} of {total} bytes", UNREACHABLE)
    bar.end()


def _chunks(dataset_id: str, sha256: str, start: int) -> Iterator[bytes]:
    # The tag is the checksum: a Range of other content is never joined to what is here.
    headers = {"Range": f"bytes={start}-", "If-Range": f'"{sha256}"'} if start else {}
    path = f"/api/v1/datasets/{quote(dataset_id, safe='')}/content"
    with (
        remote.reaching(),
        remote.http().stream("GET", path, headers={**headers, "Accept-Encoding": "identity"}) as response,
    ):
        if start and response.status_code != 206:
            raise CommandFailed("the server does not go on where the download was: remove the .part file")
        yield from response.iter_bytes(CHUNK)


def _digest(file: Path) -> "_Hash":
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256")


class Bar:
    """Progress on stderr, when that is a terminal."""

    def __init__(self, total: int, start: int) -> None:
        self._total, self._start = total, start
        self._began = self._drawn = time.monotonic()
        self._shown = sys.stderr.isatty()

    def draw(self, have: int) -> None:
        """Show how far it is, at most ten times a second."""
        now = time.monotonic()
        if not self._shown or (now - self._drawn < DRAW_SECONDS and have < self._total):
            return
        self._drawn = now
        rate = (have - self._start) / max(now - self._began, 0.001)
        left = duration((self._total - have) / rate) if rate else ""
        filled = "█" * int(24 * have / self._total)
        text = f"{filled:░<24} {size(have)} of {size(self._total)}  {size(int(rate))}/s  {left} left"
        print(f"\r{text:<78}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line."""
        if self._shown:
            print(f"\r{'':78}\r", end="", file=sys.stderr, flush=True)

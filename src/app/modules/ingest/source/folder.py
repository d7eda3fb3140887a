"""Files dropped in a directory, also one shared over NFS (looked at again and again; POSIX.1-2017 stat, RFC 7530).

A file is taken once it was the same, in size and time of change, in two looks ``stable_seconds`` apart. Its delivery
says where it is and, of a short text, what is in it; the file stays, and is taken anew when it is changed or touched.
"""

import asyncio
import errno
import fnmatch
import hashlib
import os
import random
import stat
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, Field, field_validator

from app.kernel.http import GuardedClient
from app.modules.ingest.directories import Tree
from app.modules.ingest.dropped_files import OutOfTime, Place, read_file
from app.modules.ingest.items import Item
from app.modules.ingest.source import Found, Polled, PollFailed, PollState
from app.modules.ingest.timing import Timing

LOOK_BYTES = 64 * 1024**2  # of deliveries in one look, all of them in memory at once
LOOK_SECONDS = 15.0  # of reading in one look, and twice that for a file that was begun
MOST_NAMES = 100_000  # remembered of one directory
_DEEPEST = 8


class Settings(Timing):
    """A directory and which of its files are meant."""

    model_config = ConfigDict(extra="forbid")
    path: str = Field(
        min_length=1,
        max_length=1000,
        description="The directory, below one of ingest.folders; a relative path is below the first of them",
    )
    pattern: str = Field("*", min_length=1, max_length=200, description="Only files whose name fits, such as *.csv")
    ignore: list[str] = Field(
        [".*", "*.part", "*.tmp", "*.filepart", "*~"], max_length=20, description="Names that are not looked at"
    )
    recursive: bool = Field(False, description="Look into directories below too, at most 8 deep")
    interval_seconds: float = Field(10.0, ge=1, le=86_400, description="Time between two looks, unless cron is given")
    stable_seconds: float = Field(5.0, ge=0, le=3600, description="A file that did not change for so long is complete")
    max_files: int = Field(
        10_000, ge=1, le=50_000, description="Most files looked at each time; of more, those not taken yet first"
    )
    text_bytes: int = Field(
        1024**2, ge=0, le=8 * 1024**2, description="A text up to this long is part of the delivery, else only its place"
    )
    digest_bytes: int = Field(
        1024**3,
        ge=0,
        le=1024**5,
        description="A file up to this long gets a SHA-256, unless reading it takes half a minute",
    )

    @field_validator("path")
    @classmethod
    def _inside(cls, path: str) -> str:
        if "\0" in path or ".." in Path(path).parts:
            raise ValueError("the path of a directory has no .. and no NUL in it")
        return path


class Source:
    """Looks at the directory and takes what is complete."""

    def __init__(self, settings: Settings, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._settings, self._monotonic = settings, monotonic

    @property
    def interval_seconds(self) -> float:
        """Return the time between two looks."""
        return self._settings.interval_seconds

    async def poll(self, http: GuardedClient, state: PollState) -> Polled:
        """Look once. What is being written now is remembered, and looked at again as soon as it may be complete.

        One look takes at most LOOK_BYTES of deliveries and reads for LOOK_SECONDS; the next goes on with the rest.
        """
        return await asyncio.to_thread(self._look, state)

    def items_of(self, body: bytes) -> list[Found]:
        """Return what was kept of a file as its item."""
        return [self.item_of(body)]

    def item_of(self, raw: bytes, key: str | None = None) -> Found:
        """Return what was kept of a file as its item."""
        digest = hashlib.sha256(raw).digest()
        return Item(key=key or digest.hex()[:32], body=raw, fingerprint=digest)

    def _look(self, state: PollState) -> Polled:
        root, directory = directory_of(self._settings.path, state.folders)
        try:
            with Tree(root, directory) as tree:
                return _Look(self._settings, self._monotonic, tree, directory, state).polled()
        except OSError as error:
            raise PollFailed(f"{directory} cannot be read: {error.strerror}") from error


class _Look:
    """One look. What cannot be read is noted, and stops nothing but itself; only the directory itself must be there."""

    def __init__(
        self, settings: Settings, monotonic: Callable[[], float], tree: Tree, directory: Path, state: PollState
    ) -> None:
        self._settings, self._monotonic, self._tree, self._directory = settings, monotonic, tree, directory
        self._now = (state.asked_at or datetime.now(UTC)).timestamp()
        self._seconds = min(LOOK_SECONDS, state.seconds * 0.3)
        self._cursor: Mapping[str, Any] = state.cursor or {}
        self._seen: dict[str, list[float]] = self._cursor.get("seen", {})
        self._taken: dict[str, list[float]] = self._cursor.get("taken", {})
        self._waits: dict[str, list[float]] = {}
        self._unlisted: dict[str, list[float]] = {}
        self._kept: dict[str, list[float]] = {}
        self._names: list[str] = []
        self._unread: dict[str, str] = {}
        self._unnamed: list[str] = []
        self._over: str | None = None

    def polled(self) -> Polled:
        """Look, take what is complete and return it. Raises OSError when the directory itself cannot be read."""
        self._list("")
        self._names.sort()
        ready = self._ready()
        items, unfinished = self._items(ready)
        waits = [since for name, (*_, since) in self._waits.items() if name not in self._unread]
        soon = min((since + self._settings.stable_seconds - self._now for since in waits), default=None)
        unlisted = {name: mark for name, mark in self._unlisted.items() if name not in self._kept}
        marks = {"seen": {**unlisted, **self._waits}, "taken": self._kept}
        return Polled(
            items=items,
            cursor=None if marks == self._cursor else marks,
            next_seconds=None if soon is None else max(0.1, soon),
            unfinished=unfinished,
            partly=self._partly(),
        )

    def _list(self, below: str, depth: int = 0) -> None:
        """Note the names of the files that are meant; a link is none, wherever it leads."""
        settings, deeper = self._settings, []
        try:
            for entry in self._tree.entries(below):
                name = f"{below}/{entry.name}" if below else entry.name
                if any(fnmatch.fnmatchcase(entry.name, one) for one in settings.ignore):
                    continue
                if not name.isprintable():
                    self._note_unnamed(name, entry)
                    continue
                if len(self._names) >= MOST_NAMES:
                    self._over = f"more than {MOST_NAMES} files, and no more are listed"
                    self._keep_all("")
                    break
                try:
                    if entry.is_dir(follow_symlinks=False):
                        deeper.append(name)
                    elif fnmatch.fnmatchcase(entry.name, settings.pattern) and entry.is_file(follow_symlinks=False):
                        self._names.append(name)
                except OSError as error:  # a file system that does not say what its names are is asked for each
                    self._note(name, error)
        except OSError as error:
            if not below:
                raise
            if self._note(below, error):
                self._keep_all(f"{below}/")
        if settings.recursive and depth < _DEEPEST:
            for name in deeper:
                self._list(name, depth + 1)

    def _keep_all(self, start: str) -> None:
        """Remember what was known of files that cannot be listed now: taken ones are not to be taken anew."""
        for known, marks in ((self._seen, self._unlisted), (self._taken, self._kept)):
            marks.update({name: mark for name, mark in known.items() if name.startswith(start)})

    def _ready(self) -> list[tuple[float, Place]]:
        """Look at the files, those first that were not taken yet, and return what is complete, oldest first."""
        most, fresh = self._settings.max_files, [name for name in self._names if name not in self._taken]
        # Those known to wait go first, so that what was begun comes to an end.
        names = sorted(fresh, key=lambda name: name not in self._seen)
        known = [name for name in self._names if name in self._taken]
        if len(self._names) > most:
            left = max(0, most - len(names))
            self._over = self._over or (
                f"{len(self._names)} files where max_files is {most}: those not taken yet are looked at first"
            )
            # Any of them, so that each is looked at some time: one that is changed is taken anew.
            known = random.sample(known, min(left, len(known)))
        self._kept.update({name: self._taken[name] for name in self._names if name in self._taken})
        ready = []
        for name in (names + known)[:most]:
            before = self._seen.get(name)
            try:
                is_ = self._tree.stat(name)
            except OSError as error:
                if self._note(name, error) and before is not None:
                    self._waits[name] = before
                elif name not in self._unread:
                    self._kept.pop(name, None)
                continue
            mark: list[float] = [is_.st_size, is_.st_mtime_ns]
            if self._kept.get(name) == mark:
                continue
            self._kept.pop(name, None)
            if not stat.S_ISREG(is_.st_mode):
                continue
            since = before[2] if before is not None and before[:2] == mark else self._now
            self._waits[name] = [*mark, since]
            # A look that needs no second one: what was complete before the source was there would wait for nothing.
            stable_seconds = self._settings.stable_seconds
            if (before is not None or stable_seconds == 0) and self._now - since >= stable_seconds:
                ready.append((since, Place(name, is_.st_size, is_.st_mtime_ns)))
        return sorted(ready)

    def _items(self, ready: list[tuple[float, Place]]) -> tuple[list[Item], bool]:
        """Take as many as one look may, and say whether some are left."""
        items: list[Item] = []
        held, begun_at = 0, self._monotonic()
        for number, (_, place) in enumerate(ready):
            text_bytes = place.bytes if place.bytes <= self._settings.text_bytes else 0
            full = items and held + text_bytes > LOOK_BYTES
            if number and (full or self._monotonic() - begun_at >= self._seconds):
                return items, True
            try:
                item = self._read(place, begun_at + 2 * self._seconds, first=not number)
            except OutOfTime:
                return items, True
            except OSError as error:
                self._note(place.name, error)
                item = None
            if item is None:
                self._waits[place.name][2] = self._now
                continue
            items.append(item)
            held += len(item.body)
            self._kept[place.name] = self._waits.pop(place.name)[:2]
        return items, False

    def _read(self, place: Place, until: float, *, first: bool) -> Item | None:
        # The first of a look has all the time there is: what is not read by then never will be.
        return read_file(
            self._tree,
            self._directory,
            place,
            text_bytes=self._settings.text_bytes,
            digest_bytes=self._settings.digest_bytes,
            late=lambda: self._monotonic() >= until,
            give_up=first,
        )

    def _note_unnamed(self, name: str, entry: "os.DirEntry[str]") -> None:
        """Note a name that no key, log or page can hold: bytes that are no UTF-8, or characters nobody sees."""
        with suppress(OSError):
            is_directory = entry.is_dir(follow_symlinks=False)
            fits = is_directory or fnmatch.fnmatchcase(entry.name, self._settings.pattern)
            if fits and (self._settings.recursive if is_directory else entry.is_file(follow_symlinks=False)):
                self._unnamed.append(repr(name)[1:-1])

    def _note(self, name: str, error: OSError) -> bool:
        """Note what cannot be read, and say so; what is gone, or a link by now, is nothing to tell."""
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            return False
        self._unread[name] = error.strerror or type(error).__name__
        return True

    def _partly(self) -> str | None:
        said = [self._over] if self._over else []
        if self._unnamed:
            said.append(
                f"{len(self._unnamed)} have names with characters that cannot be shown and are not taken until they "
                f"are renamed, such as {min(self._unnamed)[:300]}"
            )
        if self._unread:
            name, why = next(iter(self._unread.items()))
            said.append(f"{len(self._unread)} cannot be read and are tried again, such as {name[:300]}: {why}")
        return "; ".join(said) or None


def directory_of(path: str, roots: tuple[Path, ...]) -> tuple[Path, Path]:
    """Return the directory a setting names, after the root it is below. Raises PollFailed when it is below none."""
    if not roots:
        raise PollFailed("no directory may be watched: an administrator names those in ingest.folders")
    wanted = (roots[0] / path).resolve()
    for root in [root.resolve() for root in roots]:
        if wanted.is_relative_to(root):
            return root, wanted
    raise PollFailed(f"{wanted} may not be watched: an administrator adds it, or one above it, to ingest.folders")


def probe() -> str | None:
    """Return why this driver cannot be used here; it always can."""
    return None

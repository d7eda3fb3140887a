"""One large file from one directory of this host to another: in threads, and no byte through the loop.

It is written into the hidden file of an upload. What an earlier attempt left there is compared with the source byte for
byte, and the copy goes on where they differ: at the hole behind what was written last.
"""

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any

from blake3 import blake3

from app.modules.data.errors import UploadGone
from app.modules.data.storage import Digest, ObjectMissing, Upload
from app.modules.data.storage._confined import open_file, parent_of
from app.modules.data.storage._local_parts import checked_names
from app.modules.data.storage._past_cache import aligned, allocate, open_past_cache, write_at

_CHUNK_BYTES = 1024**2
_CHUNKS = 8  # between the one that is read and the one that is written: no thread waits for another
_WRITERS = 2  # they wait for the disk, which is quicker with two requests than with one


@dataclass
class Progress:
    """Told by the thread that copies, read by the loop; ``stopped`` is the loop's word."""

    found: int = 0
    copied: int = 0
    stopped: bool = False


class Stopped(Exception):
    """Somebody asked the thread to stop."""


def copy_content(source_root: Path, source_path: str, target_root: Path, upload: Upload, progress: Progress) -> Digest:
    """Copy into the hidden file and return the checksums. Blocks: call it in a thread.

    Raises ObjectMissing, UploadGone (409), Stopped.
    """
    try:
        with parent_of(source_root, source_path) as (directory, leaf):
            source = open_file(directory, leaf, source_path)
    except FileNotFoundError as error:
        raise ObjectMissing(source_path) from error
    try:
        with _opened_part(target_root, upload, os.fstat(source).st_size) as (target, past):
            return _copy(source, target, past, progress)
    finally:
        os.close(source)


@contextmanager
def _opened_part(root: Path, upload: Upload, size: int) -> Iterator[tuple[int, int | None]]:
    """Yield the hidden file, and the same to be written past the page cache, where that can be."""
    name, flags = checked_names(upload)[0], os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
    with ExitStack() as stack:
        try:
            with parent_of(root, upload.path) as (directory, _leaf):
                part = os.open(name, flags, dir_fd=directory)
                stack.callback(os.close, part)
                past = open_past_cache(name, directory, size)
        except FileNotFoundError as error:
            raise UploadGone(f"The upload of {upload.path} is not there any more") from error
        if past is not None:
            stack.callback(os.close, past)
            allocate(part, 0, size)
        yield part, past


def _copy(source: int, target: int, past: int | None, progress: Progress) -> Digest:
    sums, tree = sha256(), blake3()
    buffers = [aligned(_CHUNK_BYTES) for _ in range(_CHUNKS)]
    pending: list[list[Future[Any]]] = [[] for _ in buffers]
    at, turn, same = 0, 0, True
    with ThreadPoolExecutor(1) as hashing, ThreadPoolExecutor(_WRITERS) as writing:
        while True:
            if progress.stopped:
                raise Stopped
            for before in pending[turn]:
                before.result()
            count = os.preadv(source, [buffers[turn]], at)
            if count == 0:
                break
            view = buffers[turn][:count]
            if same:
                same = os.pread(target, count, at) == view
                progress.found += count if same else 0
            pending[turn] = [hashing.submit(tree.update, view)]
            if not same:
                pending[turn].append(writing.submit(write_at, view, at, target, past))
            sums.update(view)
            at += count
            progress.copied = at
            turn = (turn + 1) % _CHUNKS
        for last in chain.from_iterable(pending):
            last.result()
    return Digest(at, sums.hexdigest(), tree.hexdigest())

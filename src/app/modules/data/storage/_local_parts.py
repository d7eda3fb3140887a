"""A file written in parts: at its place in a hidden file beside its final name, renamed when it is whole.

Which parts are there is noted in a second hidden file, a line each with the part's BLAKE3. After a crash a line says
what was meant to be written; the bytes are read again and compared before that is believed.
"""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from blake3 import blake3

from app.kernel.ids import new_id
from app.modules.data.digests import digest_of
from app.modules.data.errors import PathRefused, SourceChanged, UploadGone
from app.modules.data.storage import ObjectStat, Part, Upload
from app.modules.data.storage._confined import PART_PREFIX, open_file, parent_of
from app.modules.data.storage._local_walk import stat_of
from app.modules.data.storage._past_cache import copy_at, open_past_cache

PART_BYTES = 8 * 1024**2
_TOKEN = re.compile(r"u_[0-9A-Z]{26}")
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


def begin(root: Path, path: str, wanted: int | None) -> Upload:
    """Make the hidden files. Blocks, as everything here: call it in a thread."""
    token = new_id("u")
    with parent_of(root, path, create=True) as (directory, _leaf):
        for name in _names(token):
            os.close(os.open(name, _NEW, 0o640, dir_fd=directory))
        if wanted:
            descriptor = os.open(_names(token)[0], os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=directory)
            try:
                os.ftruncate(descriptor, wanted)
            finally:
                os.close(descriptor)
    return Upload(path, token, PART_BYTES, sequential=False)


def write_part(root: Path, upload: Upload, number: int, offset: int, content: bytes) -> str:
    """Write one part and note it."""
    receipt = blake3(content).hexdigest()
    with _opened(root, upload, os.O_WRONLY) as (directory, part, notes):
        past = open_past_cache(checked_names(upload)[0], directory, os.fstat(part).st_size)
        try:
            copy_at(content, offset, part, past)
        finally:
            if past is not None:
                os.close(past)
        os.write(notes, f"{number} {offset} {len(content)} {receipt}\n".encode())
    return receipt


def parts(root: Path, upload: Upload) -> list[Part]:
    """Return the parts that are noted and whole."""
    found: dict[int, Part] = {}
    with _opened(root, upload, os.O_RDONLY) as (_directory, part, notes):
        with os.fdopen(os.dup(notes), "r") as lines:
            for line in lines:
                fields = line.split()
                if line.endswith("\n") and len(fields) == 4:
                    number, offset, size = map(int, fields[:3])
                    found[number] = Part(number, offset, size, fields[3])
        whole = [
            one for one in found.values() if blake3(os.pread(part, one.bytes, one.offset)).hexdigest() == one.receipt
        ]
    return sorted(whole, key=lambda one: one.number)


def finish(root: Path, upload: Upload, wanted: Sequence[Part], sha256: str | None) -> ObjectStat:
    """Cut to size, check, sync and rename."""
    with parent_of(root, upload.path) as (directory, leaf):
        name, notes_name = checked_names(upload)
        try:
            descriptor = os.open(name, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=directory)
        except FileNotFoundError:
            return _finished(directory, leaf, upload, sum(one.bytes for one in wanted), sha256)
        try:
            os.ftruncate(descriptor, max((one.offset + one.bytes for one in wanted), default=0))
            if sha256 is not None and (found := digest_of(descriptor).sha256) != sha256:
                raise SourceChanged(f"{upload.path} should have sha256 {sha256[:16]}… and has {found[:16]}…")
            os.fsync(descriptor)
            stat = stat_of(upload.path, os.fstat(descriptor))
        finally:
            os.close(descriptor)
        os.rename(name, leaf, src_dir_fd=directory, dst_dir_fd=directory)
        with suppress(FileNotFoundError):
            os.unlink(notes_name, dir_fd=directory)
        os.fsync(directory)
    return stat


def abandon(root: Path, upload: Upload) -> None:
    """Remove the hidden files."""
    with suppress(FileNotFoundError), parent_of(root, upload.path) as (directory, _leaf):
        for name in checked_names(upload):
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=directory)


def _finished(directory: int, leaf: str, upload: Upload, wanted: int, sha256: str | None) -> ObjectStat:
    """Return the object when an earlier call finished it and died before it could say so."""
    gone = UploadGone(f"The upload of {upload.path} is not there any more")
    try:
        descriptor = open_file(directory, leaf, upload.path)
    except FileNotFoundError as error:
        raise gone from error
    try:
        found = os.fstat(descriptor)
        if found.st_size != wanted or (sha256 is not None and digest_of(descriptor).sha256 != sha256):
            raise gone
        return stat_of(upload.path, found)
    finally:
        os.close(descriptor)


@contextmanager
def _opened(root: Path, upload: Upload, flags: int) -> Iterator[tuple[int, int, int]]:
    """Yield (directory, the hidden file, its notes)."""
    name, notes_name = checked_names(upload)
    try:
        with parent_of(root, upload.path) as (directory, _leaf):
            part = os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=directory)
            try:
                # Short lines in append mode: parts that end at the same moment do not mix theirs.
                kind = flags | os.O_APPEND if flags == os.O_WRONLY else flags
                notes = os.open(notes_name, kind | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=directory)
                try:
                    yield directory, part, notes
                finally:
                    os.close(notes)
            finally:
                os.close(part)
    except FileNotFoundError as error:
        raise UploadGone(f"The upload of {upload.path} is not there any more") from error


def checked_names(upload: Upload) -> tuple[str, str]:
    """Return the names of the hidden files. Raises PathRefused (422) for an upload that is none of ours."""
    if not _TOKEN.fullmatch(upload.token):
        raise PathRefused(f"{upload.token[:40]!r} is no upload of this storage")
    return _names(upload.token)


def _names(token: str) -> tuple[str, str]:
    return f"{PART_PREFIX}{token}", f"{PART_PREFIX}{token}.notes"

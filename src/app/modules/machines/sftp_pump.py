"""One large file over SFTP (version 3, draft-ietf-secsh-filexfer-02) through two pipes, by a thread that may block.

Many requests are on their way at once, and the bytes go between file and pipe without passing through Python: the
kernel moves them (splice).
"""

import errno
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass

from app.modules.machines.transport import CutShort

_INIT, _VERSION, _OPEN, _CLOSE, _READ, _WRITE = 1, 2, 3, 4, 5, 6
_STATUS, _HANDLE, _DATA = 101, 102, 103
_TO_READ, _TO_WRITE = 1, 2
_OK, _EOF, _MISSING, _DENIED = 0, 1, 2, 3
_ON_THE_WAY_BYTES = 8 * 1024**2
_LARGEST_ANSWER = 256 * 1024


class ChildCut(CutShort):
    """The connection of a child ended; the kept one need not have."""


class NotBegun(ConnectionError):
    """The other side ended before it spoke SFTP; nothing was done there."""


@dataclass(frozen=True)
class Pipes:
    """The ends that are ours: what is written to ``to`` is read there, what is written there is read from ``back``."""

    to: int
    back: int


Pump = Callable[[Pipes], None]


def sending(descriptor: int, size: int, path: str, step_bytes: int) -> Pump:
    """Return what writes ``size`` bytes of an open file over what the file ``path`` there has.

    It raises OSError when the file here is shorter, CutShort, PermissionError, FileNotFoundError.
    """

    def pump(pipes: Pipes) -> None:
        session = _Session(pipes)
        handle = session.open(path, _TO_WRITE)
        most, under_way, at = max(2, _ON_THE_WAY_BYTES // step_bytes), 0, 0
        while at < size or under_way:
            if at < size and under_way < most:
                count = min(step_bytes, size - at)
                session.request(_WRITE, handle + struct.pack(">QI", at, count), more_bytes=count)
                session.give(descriptor, at, count)
                at, under_way = at + count, under_way + 1
            else:
                session.expect_ok()
                under_way -= 1
        session.close(handle)

    return pump


def fetching(path: str, size: int, descriptor: int, step_bytes: int) -> Pump:
    """Return what writes the first ``size`` bytes of the file ``path`` there to an open file here.

    It raises OSError when the file there is shorter, CutShort, PermissionError, FileNotFoundError.
    """

    def pump(pipes: Pipes) -> None:
        session = _Session(pipes)
        handle = session.open(path, _TO_READ)
        most, asked, at = max(2, _ON_THE_WAY_BYTES // step_bytes), dict[int, tuple[int, int]](), 0

        def ask(offset: int, count: int) -> None:
            asked[session.request(_READ, handle + struct.pack(">QI", offset, count))] = offset, count

        while at < size or asked:
            if at < size and len(asked) < most:
                ask(at, count := min(step_bytes, size - at))
                at += count
                continue
            number, got = session.expect_data()
            offset, wanted = asked.pop(number)
            session.take(descriptor, offset, got)
            if not 0 < got <= wanted:
                raise OSError(errno.EIO, "the file became shorter while it was read")
            if got < wanted:  # the server gives less at a time
                ask(offset + got, wanted - got)
        session.close(handle)

    return pump


class _Session:
    def __init__(self, pipes: Pipes) -> None:
        self._pipes = pipes
        self._number = 0
        try:
            self._write(struct.pack(">IBI", 5, _INIT, 3))
            kind, _ = self._answer()
        except ChildCut as error:
            raise NotBegun("no SFTP session") from error
        if kind != _VERSION:
            raise NotBegun("the other side speaks no SFTP")

    def open(self, path: str, flags: int) -> bytes:
        """Return the handle of a file, as requests have it."""
        name = os.fsencode(path)
        self.request(_OPEN, _text(name) + struct.pack(">II", flags, 0))
        kind, body = self._answer()
        if kind != _HANDLE:
            raise _error(body)
        return body[4:]

    def close(self, handle: bytes) -> None:
        self.request(_CLOSE, handle)
        self.expect_ok()

    def request(self, kind: int, body: bytes, *, more_bytes: int = 0) -> int:
        self._number += 1
        self._write(struct.pack(">IBI", 5 + len(body) + more_bytes, kind, self._number) + body)
        return self._number

    def expect_ok(self) -> None:
        kind, body = self._answer()
        if kind != _STATUS or _code(body) != _OK:
            raise _error(body)

    def expect_data(self) -> tuple[int, int]:
        """Return which request is answered, and by how many bytes; they are next in the pipe."""
        size, kind = struct.unpack(">IB", self._read(5))
        if kind != _DATA:
            body = self._read(min(size - 1, _LARGEST_ANSWER))
            if _code(body) == _EOF:
                return struct.unpack(">I", body[:4])[0], 0
            raise _error(body)
        number, count = struct.unpack(">II", self._read(8))
        return number, count

    def give(self, source: int, offset: int, count: int) -> None:
        while count:
            try:
                moved = os.splice(source, self._pipes.to, count, offset_src=offset)
            except BrokenPipeError as error:
                raise _cut() from error
            if not moved:
                raise OSError(errno.EIO, "the file became shorter while it was read")
            offset, count = offset + moved, count - moved

    def take(self, target: int, offset: int, count: int) -> None:
        while count:
            moved = os.splice(self._pipes.back, target, count, offset_dst=offset)
            if not moved:
                raise _cut()
            offset, count = offset + moved, count - moved

    def _answer(self) -> tuple[int, bytes]:
        size, kind = struct.unpack(">IB", self._read(5))
        return kind, self._read(min(size - 1, _LARGEST_ANSWER))

    def _read(self, count: int) -> bytes:
        got = b""
        while len(got) < count:
            piece = os.read(self._pipes.back, count - len(got))
            if not piece:
                raise _cut()
            got += piece
        return got

    def _write(self, content: bytes) -> None:
        try:
            while content:
                content = content[os.write(self._pipes.to, content) :]
        except BrokenPipeError as error:
            raise _cut() from error


def _text(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


def _code(body: bytes) -> int:
    return int.from_bytes(body[4:8], "big")


def _error(body: bytes) -> OSError:
    code, size = _code(body), int.from_bytes(body[8:12], "big")
    said = body[12 : 12 + size].decode(errors="replace")[:200] or "the machine refuses it"
    if code == _MISSING:
        return FileNotFoundError(errno.ENOENT, said)
    if code == _DENIED:
        return PermissionError(errno.EACCES, said)
    return OSError(errno.EIO, said)


def _cut() -> ChildCut:
    return ChildCut("the connection ended while a file was on its way")

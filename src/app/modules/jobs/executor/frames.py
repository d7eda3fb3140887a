"""The protocol between a node and the processes of its handlers: JSON objects, each behind its length in four bytes.

To the process: ``run``, ``cancel``. From it: ``ready``, ``progress``, ``log``, and one of ``succeeded``, ``failed``,
``snoozed``, ``discarded`` per run, told apart by the member ``what``.
"""

import struct
from collections.abc import Iterator
from typing import Any

import orjson

FRAME_BYTES = 64 * 1024**2
_LENGTH = struct.Struct(">I")


class FrameBroken(Exception):
    """What arrived is no frame."""


def encode(message: dict[str, Any]) -> bytes:
    """Return ``message`` as a frame. What JSON does not know is written as its repr."""
    body = orjson.dumps(message, repr, orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z)
    return _LENGTH.pack(len(body)) + body


class Frames:
    """Bytes in, messages out."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[dict[str, Any]]:
        """Yield each message that is whole now. Raises FrameBroken for what cannot be one."""
        self._buffer += data
        while len(self._buffer) >= 4:
            (length,) = _LENGTH.unpack_from(self._buffer)
            if length > FRAME_BYTES:
                raise FrameBroken(f"a message of {length} bytes; at most {FRAME_BYTES} are taken")
            if len(self._buffer) < 4 + length:
                return
            body = bytes(self._buffer[4 : 4 + length])
            del self._buffer[: 4 + length]
            try:
                message = orjson.loads(body)
            except orjson.JSONDecodeError as error:
                raise FrameBroken(f"a message that is not JSON: {error}") from error
            if not isinstance(message, dict):
                raise FrameBroken("a message that is not an object")
            yield message

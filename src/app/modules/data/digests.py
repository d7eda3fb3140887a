"""Checksums of contents: SHA-256 because everyone has it, BLAKE3 because it is quick to check again."""

import hashlib
import os

from blake3 import blake3

from app.modules.data.storage import Digest

CHUNK_BYTES = 1024 * 1024
SMALL_BYTES = 64 * 1024  # below that a thread costs more than the sums


class Sums:
    """Both checksums of one content, kept while it passes."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self._blake3 = blake3()
        self._bytes = 0

    def update(self, chunk: bytes) -> None:
        """Take the next bytes into account."""
        self._sha256.update(chunk)
        self._blake3.update(chunk)
        self._bytes += len(chunk)

    def digest(self) -> Digest:
        """Return the sums of what passed so far."""
        return Digest(self._bytes, self._sha256.hexdigest(), self._blake3.hexdigest())


def digest_of(descriptor: int) -> Digest:
    """Read an open file from its present position to its end. Blocks: call it in a thread."""
    sums = Sums()
    while chunk := os.read(descriptor, CHUNK_BYTES):
        sums.update(chunk)
    return sums.digest()

"""Checksums of what passes or lies somewhere, without keeping the event loop from anything."""

import asyncio
import hashlib
from collections.abc import Sequence

from blake3 import blake3

from app.modules.data.digests import SMALL_BYTES
from app.modules.data.storage import Digest, Storage
from app.modules.data.transfer_ledger import Part
from app.modules.data.transfer_pace import Bucket


class ArrivedDamaged(Exception):
    """What the target has is not what was sent; it was removed again."""


class ParallelSums:
    """Both checksums, each in a thread of its own: together they take as long as the slower one."""

    def __init__(self) -> None:
        self._sha256, self._blake3, self._bytes = hashlib.sha256(), blake3(), 0

    async def update(self, chunk: bytes | memoryview) -> None:
        """Take the next bytes into account."""
        if len(chunk) < SMALL_BYTES:
            self._sha256.update(chunk)
            self._blake3.update(chunk)
        else:
            both = asyncio.to_thread(self._blake3.update, chunk), asyncio.to_thread(self._sha256.update, chunk)
            await asyncio.gather(*both)
        self._bytes += len(chunk)

    def digest(self) -> Digest:
        """Return the sums of what passed so far."""
        return Digest(self._bytes, self._sha256.hexdigest(), self._blake3.hexdigest())


async def read_digest(storage: Storage, path: str, buckets: Sequence[Bucket] = ()) -> Digest:
    """Read an object whole and return its checksums. Raises ObjectMissing."""
    sums = ParallelSums()
    async for chunk in storage.read(path):
        for bucket in buckets:
            await bucket.take(len(chunk))
        await sums.update(chunk)
    return sums.digest()


async def read_back(target: Storage, path: str, sent: Sequence[Part]) -> Digest:
    """Read what arrived and compare it, part by part, with what was sent. Raises ArrivedDamaged when it differs."""
    sums = ParallelSums()
    at, following = 0, iter(sent)
    part, hashed = next(following, None), blake3()
    async for chunk in target.read(path):
        await sums.update(chunk)
        view = memoryview(chunk)
        while view:
            if part is None:
                raise ArrivedDamaged(f"{path} is longer than what was sent")
            now, view = view[: part.bytes - at], view[part.bytes - at :]
            await asyncio.to_thread(hashed.update, now)
            at += len(now)
            if at == part.bytes:
                if hashed.hexdigest() != part.blake3:
                    raise ArrivedDamaged(f"{path} differs from what was sent in its bytes from {part.offset:,} on")
                part, hashed, at = next(following, None), blake3(), 0
    if part is not None:
        raise ArrivedDamaged(f"{path} is shorter than what was sent")
    return sums.digest()


def md5_of(content: bytes | memoryview) -> str:
    """Return what S3 calls an object, or a part of one, by; of no use against people."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def is_md5_of(tag: str | None, md5: str) -> bool:
    """Say whether a storage's own word for a content is its MD5: then it has what was sent."""
    return tag is not None and tag.strip('"').lower() == md5

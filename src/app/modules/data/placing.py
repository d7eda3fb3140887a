"""Bringing bytes into a storage, before and outside the transaction that makes a data set of them.

The path holds the checksum, so the same content placed twice is one file and another content never takes its place:
an attempt that lost its lease cannot change what the attempt after it registered.
"""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath

from app.kernel.alarms import clear_alarm, raise_alarm
from app.kernel.node import Node
from app.modules.data.digests import digest_of
from app.modules.data.errors import StorageFull
from app.modules.data.schemas import Placed
from app.modules.data.storage import Digest, ObjectMissing, Storage
from app.modules.data.storage._confined import open_source
from app.modules.data.storages import default_storage_id, storage_of

_NOT_FULL = "data.not_full"


async def place_file(node: Node, source: Path, folder: str, *, sha256: str | None = None, move: bool = True) -> Placed:
    """Take a file into this node's storage below ``folder``; register what is returned to make it a data set.

    With ``move`` the source is gone afterwards and, on one file system, nothing was copied. Repeating it after a
    success finds the content in place when ``sha256`` is given, even without the source. Raises FileNotFoundError,
    PathRefused (422) when the source is no plain file, SourceChanged (409) when its content is not the announced one
    or changes meanwhile, StorageFull (507) with an alarm.
    """
    storage, storage_id = await _default(node)
    if sha256 is None:
        sha256 = (await asyncio.to_thread(_digest, source)).sha256
    path = _path(folder, sha256, source.name)
    digest = await _present(storage, path, sha256)
    if digest is None:
        digest = await _write(node, storage, storage_id, path, source, sha256=sha256, move=move)
    return Placed(storage_id=storage_id, path=path, bytes=digest.bytes, sha256=digest.sha256, blake3=digest.blake3)


async def place_bytes(node: Node, content: bytes, folder: str, name: str) -> Placed:
    """Take bytes into this node's storage as :func:`place_file` takes a file. Raises StorageFull (507)."""
    storage, storage_id = await _default(node)
    sha256 = await asyncio.to_thread(lambda: hashlib.sha256(content).hexdigest())
    path = _path(folder, sha256, name)
    digest = await _present(storage, path, sha256)
    if digest is None:
        digest = await _write(node, storage, storage_id, path, _once(content), sha256=sha256)
    return Placed(storage_id=storage_id, path=path, bytes=digest.bytes, sha256=digest.sha256, blake3=digest.blake3)


async def _default(node: Node) -> tuple[Storage, str]:
    storage_id = default_storage_id(node)
    async with node.database.sessions() as session:
        return await storage_of(session, node, storage_id), storage_id


def _path(folder: str, sha256: str, name: str) -> str:
    return f"{folder.strip('/')}/{sha256[:16]}/{PurePosixPath(name).name}"


def _digest(source: Path) -> Digest:
    descriptor = open_source(source)
    try:
        return digest_of(descriptor)
    finally:
        os.close(descriptor)


async def _present(storage: Storage, path: str, sha256: str) -> Digest | None:
    """Return the digest of what an earlier attempt placed, read again and checked, or ``None``."""
    try:
        await storage.stat(path)
    except ObjectMissing:
        return None
    digest = await asyncio.to_thread(_digest, storage.local_path(path))
    return digest if digest.sha256 == sha256 else None


async def _write(
    node: Node,
    storage: Storage,
    storage_id: str,
    path: str,
    content: AsyncIterator[bytes] | Path,
    *,
    sha256: str,
    move: bool = False,
) -> Digest:
    key = f"storage:{storage_id}:full"
    try:
        digest = await storage.write(path, content, sha256=sha256, move=move)
    except StorageFull as problem:
        node.registry.pop(_NOT_FULL, None)
        async with node.database.transaction() as session:
            await raise_alarm(
                session,
                key,
                priority="critical",
                title="A storage is full",
                consequence="Results of simulations and stages cannot be kept; they wait and are tried again.",
                action=problem.detail or "Free some room on the storage's disk.",
                subject_id=storage_id,
            )
        raise
    if not node.registry.get(_NOT_FULL):  # first success since the start or since it was full
        async with node.database.transaction() as session:
            await clear_alarm(session, key)
        node.registry[_NOT_FULL] = True
    return digest


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content

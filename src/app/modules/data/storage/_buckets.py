"""Objects of the stores that obstore speaks to (S3, Google Cloud Storage, Azure): what they have in common.

A driver says how its store is opened, and where it is. obstore dials by itself, so its address is vetted before.
"""

import asyncio
import importlib
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.modules.credentials import Secret
from app.modules.data.errors import GrantExpired, StorageBusy, StorageCannot, StorageFull, StorageUnreachable
from app.modules.data.storage import Access, Capability, Digest, ObjectMissing, ObjectStat, Space
from app.modules.data.storage._chunks import after_first, cut
from app.modules.data.storage._paths import Child, plain_parts, tree
from app.modules.data.storage._remote import Passing

CHUNK_BYTES = 8 * 1024**2
ENDPOINT = r"^https?://[^\s?#@]+$"
BUCKET = r"^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$"
_AT_ONCE = 4
_VET_EVERY_SECONDS = 60.0
_BUSY = ("SlowDown", "429", "503 Service", "TooManyRequests", "ServerBusy")
_NO_BUCKET = ("NoSuchBucket", "ContainerNotFound")
_FULL = ("507", "InsufficientStorage", "QuotaExceeded", "EntityTooLarge", "AccountIsOverCapacity")


def client_options(endpoint: str) -> dict[str, Any]:
    """Return how obstore's client behaves towards a service."""
    return {
        "allow_http": endpoint.startswith("http:"),
        "connect_timeout": timedelta(seconds=10),
        "timeout": timedelta(hours=1),
        "read_timeout": timedelta(seconds=60),
    }


RETRIES = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}


class Bucket:
    """Objects as objects; see the seam for what each method promises.

    ``ordered``: the service lists in the order of the names' bytes, and can begin behind one of them.
    """

    capabilities: frozenset[Capability] = frozenset({"copy", "move", "range", "write", "list"})

    def __init__(self, access: Access | None, *, prefix: str, endpoint: str, ordered: bool) -> None:
        if access is None:
            raise TypeError("a storage on another machine needs its access")
        self._access = access
        self._prefix = prefix.strip("/")
        self._endpoint = endpoint
        self._ordered = ordered
        self._name = urlsplit(endpoint).hostname or "the service"
        self._obstore: Any = None
        self._store: Any = None
        self._opened_with: object = None
        self._vetted_at = -_VET_EVERY_SECONDS

    def _open(self, secret: Secret | None) -> Any:
        """Return obstore's store; runs in a thread."""
        raise NotImplementedError

    async def stat(self, path: str) -> ObjectStat:
        key = self._key(path)
        store = await self._opened()
        try:
            return self._stat(await self._obstore.head_async(store, key))
        except Exception as error:  # whatever obstore raises is translated
            raise await self._refusal(error, path) from error

    async def list(self, prefix: str = "", *, after: str = "", limit: int = 1000) -> list[ObjectStat]:
        if prefix:
            plain_parts(prefix)
        if not self._ordered:
            return await tree(self._children, prefix, after, limit)
        store = await self._opened()
        found: list[ObjectStat] = []
        try:
            offset = self._joined(after) if after else None
            stream = self._obstore.list(store, self._joined(prefix) or None, offset=offset, chunk_size=min(limit, 1000))
            async for metas in stream:
                found += [self._stat(meta) for meta in metas]
                if len(found) >= limit:
                    break
        except Exception as error:  # whatever obstore raises is translated
            raise await self._refusal(error, prefix) from error
        return found[:limit]

    async def _children(self, directory: str) -> Sequence[Child]:
        store = await self._opened()
        below = directory + "/" if directory else ""
        try:
            result = await self._obstore.list_with_delimiter_async(store, self._joined(directory) or None)
        except Exception as error:  # whatever obstore raises is translated
            raise await self._refusal(error, directory) from error
        objects = [self._stat(meta) for meta in result["objects"] if meta["path"] != self._prefix]
        found = [Child(stat.path.rpartition("/")[2], stat) for stat in objects]
        found += [Child(name.rstrip("/").rpartition("/")[2], None) for name in result["common_prefixes"]]
        # Some services list a directory among what is in it, under a key that ends with a slash.
        return [child for child in found if child.name and (child.stat is None or child.stat.path.startswith(below))]

    async def read(self, path: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        key = self._key(path)
        store = await self._opened()
        if end is not None and end <= start:
            await self.stat(path)
            return
        partly = start > 0 or end is not None
        try:
            async for chunk in self._range(store, key, start, end) if partly else self._whole(store, key):
                yield chunk
        except Exception as error:  # whatever obstore raises is translated
            if partly and not isinstance(error, FileNotFoundError) and (await self.stat(path)).bytes <= start:
                return
            raise await self._refusal(error, path) from error

    async def _whole(self, store: Any, key: str) -> AsyncIterator[bytes]:
        result = await self._obstore.get_async(store, key)
        async for chunk in cut(result.stream(min_chunk_size=1024 * 1024), 0, None):
            yield chunk

    async def _range(self, store: Any, key: str, start: int, end: int | None) -> AsyncIterator[bytes]:
        options = {"range": {"offset": start} if end is None else (start, end)}
        result = await self._obstore.get_async(store, key, options=options)
        async for chunk in cut(result.stream(min_chunk_size=1024 * 1024), 0, None if end is None else end - start):
            yield chunk

    async def write(
        self, path: str, content: AsyncIterator[bytes] | Path, *, sha256: str | None = None, move: bool = False
    ) -> Digest:
        key = self._key(path)
        store = await self._opened()
        passing = Passing(content, path, sha256)
        chunks = aiter(passing)
        try:
            first = bytearray()
            async for chunk in chunks:
                first += chunk
                if len(first) >= CHUNK_BYTES:
                    break
            if passing.digest is not None:
                put = await self._obstore.put_async(store, key, bytes(first), use_multipart=False)
            else:
                rest = after_first(bytes(first), chunks)
                put = await self._obstore.put_async(
                    store, key, rest, use_multipart=True, chunk_size=CHUNK_BYTES, max_concurrency=_AT_ONCE
                )
        except Exception as error:  # the content's own, or whatever obstore raises
            if passing.failure is not None:
                raise passing.failure from None
            raise await self._refusal(error, path) from error
        await passing.took(move)
        return replace(passing.stored(), etag=put["e_tag"])

    async def copy(self, source: str, target: str) -> None:
        source_key, target_key = self._key(source), self._key(target)
        await self.stat(source)
        store = await self._opened()
        try:
            await self._obstore.copy_async(store, source_key, target_key)
        except Exception as error:  # whatever obstore raises is translated
            raise await self._refusal(error, source) from error

    async def move(self, source: str, target: str) -> None:
        self._key(target)
        if source == target:
            await self.stat(source)
            return
        await self.copy(source, target)
        await self.delete(source)

    async def delete(self, path: str) -> None:
        key = self._key(path)
        store = await self._opened()
        try:
            with suppress(FileNotFoundError):
                await self._obstore.delete_async(store, key)
        except Exception as error:  # whatever obstore raises is translated
            raise await self._refusal(error, path) from error

    async def sign(self, path: str, *, seconds: int) -> str:
        key = self._key(path)
        store = await self._opened()
        try:
            return str(await self._obstore.sign_async(store, "GET", key, timedelta(seconds=seconds)))
        except Exception as error:  # whatever obstore raises is translated
            raise await self._refusal(error, path) from error

    async def probe(self) -> Space:
        await self.list(limit=1)
        return Space(None, None)

    async def close(self) -> None:
        self._store = self._opened_with = None

    async def _opened(self) -> Any:
        secret = await self._access.login.secret()
        await self._vet()
        if self._store is None or secret != self._opened_with:
            self._obstore = await asyncio.to_thread(importlib.import_module, "obstore")
            self._store = await asyncio.to_thread(self._open, secret)
            self._opened_with = secret
        return self._store

    async def _vet(self) -> None:
        """Let the house's rules decide about the address; obstore dials by itself, so again every minute."""
        if time.monotonic() - self._vetted_at > _VET_EVERY_SECONDS:
            target = self._access.http.check(self._endpoint)
            await self._access.http.addresses_of(target.host, target.port)
            self._vetted_at = time.monotonic()

    def _joined(self, path: str) -> str:
        return f"{self._prefix}/{path}".strip("/")

    def _key(self, path: str) -> str:
        plain_parts(path)
        return self._joined(path)

    def _stat(self, meta: Any) -> ObjectStat:
        path = meta["path"].removeprefix(self._prefix + "/") if self._prefix else meta["path"]
        return ObjectStat(path, meta["size"], meta["last_modified"], meta["e_tag"])

    async def _refusal(self, error: Exception, path: str) -> Exception:
        if isinstance(error, StorageUnreachable | GrantExpired | ObjectMissing | FileExistsError):
            return error
        if isinstance(error, FileNotFoundError):
            return ObjectMissing(path)
        text = str(error)
        kind = type(error).__name__
        if kind in ("PermissionDeniedError", "UnauthenticatedError") or isinstance(error, PermissionError):
            await self._access.login.refused()
            return StorageBusy(f"{self._name} was logged in to anew; try again", retry_after=1)
        if any(sign in text for sign in _BUSY):
            return StorageBusy(f"{self._name} asks to be asked later", retry_after=5)
        if any(sign in text for sign in _FULL):
            return StorageFull(f"{self._name} has no room for it")
        if any(sign in text for sign in _NO_BUCKET):
            return StorageUnreachable(f"{self._name} answers, but has no such bucket or container for this login")
        if kind in ("InvalidPathError", "NotSupportedError"):
            return StorageCannot(f"{self._name} cannot do this: {text[:200]}")
        return StorageUnreachable(f"{self._name}: {text[:300]}")

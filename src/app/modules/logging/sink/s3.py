"""A bucket of an S3 service: Amazon's, MinIO, SeaweedFS, Ceph, or Google's with HMAC keys.

``<prefix>/<node>/<segment>.ndjson.gz`` and its index, as the sink of a directory has them. A service may say that it
has something before all of it can be read: what is there is read back, and believed when it is what was sent.
"""

import asyncio
import hashlib
import importlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from app.kernel.http import GuardedClient
from app.kernel.redaction import redact_text, register_secret
from app.modules.logging.errors import SinkRefused
from app.modules.logging.index import Read
from app.modules.logging.sink import Parcel, Part, Reached, ReadsBack

_PLAIN = re.compile(r"[^A-Za-z0-9_.-]|^\.")
_LONGEST_SAID = 300
_READ_SECONDS = 5.0  # somebody waits for what is read


class Settings(BaseModel):
    """Which bucket, where, and the file with its keys."""

    model_config = ConfigDict(extra="forbid")

    bucket: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$")
    endpoint: str | None = Field(
        None, description="Address of the service; Amazon's when left out", pattern=r"^https?://[^\s?#@/]+/?$"
    )
    region: str = Field("us-east-1", pattern=r"^[A-Za-z0-9-]{1,40}$")
    prefix: str = Field(
        "", description="Below this path of the bucket", max_length=500, pattern=r"^([A-Za-z0-9_][A-Za-z0-9_./-]*)?$"
    )
    keys_file: Path = Field(description="JSON file with access_key_id and secret_access_key, read at every shipment")
    path_style: StrictBool = Field(True, description="The bucket is in the path of addresses, and not in their host")
    timeout_seconds: float = Field(60.0, gt=0, le=600, description="For one request")


async def probe(settings: Settings) -> str | None:
    """Say why this driver cannot be used with these settings, ``None`` if it can."""
    try:
        await asyncio.to_thread(_keys, settings.keys_file)
    except (OSError, ValueError) as error:
        return f"{settings.keys_file} cannot be read: {error}"
    return None


class Sink:
    """Puts segments into a bucket."""

    reads_back: ClassVar[ReadsBack] = "far"

    def __init__(self, settings: Settings, http: GuardedClient) -> None:
        self._settings = settings
        self._http = http

    async def ship(self, parcel: Parcel, start: int, reached: Reached) -> str:
        """Put what is not there yet, the index first, and read it back.

        Raises SinkRefused (502), RemoteUnreachable (502), EgressDenied (403).
        """
        store = await self._store()
        index, packed = _keys_of(self._settings.prefix, parcel.node, parcel.stem)
        there = await self._bring(store, parcel.index_path, index, parcel.index_sha256)
        if there != parcel.index_sha256:
            return there
        return await self._bring(store, parcel.path, packed, parcel.sha256)

    async def reading(self) -> "Bucket":
        """Return the bucket, with the keys as they are now. Raises RemoteUnreachable (502), EgressDenied (403)."""
        seconds = min(self._settings.timeout_seconds, _READ_SECONDS)
        return Bucket(await self._store(seconds), self._settings.prefix)

    async def remove(self, node: str, stem: str) -> None:
        """Remove both objects. Raises SinkRefused (502), EgressDenied (403)."""
        store = await self._store()
        for key in _keys_of(self._settings.prefix, node, stem):
            with suppress(FileNotFoundError):
                await self._asked("delete", store, key)

    async def _bring(self, store: Any, source: Path, key: str, sha256: str) -> str:
        """Put a file where it is not there whole; return the checksum of what is there, empty for nothing."""
        if await self._sum(store, key) != sha256:
            content = await asyncio.to_thread(source.read_bytes)  # at most 16 MiB and what does not compress
            await self._asked("put", store, key, content, use_multipart=False)
            return await self._sum(store, key)
        return sha256

    async def _sum(self, store: Any, key: str) -> str:
        digest = hashlib.sha256()
        try:
            found = await self._asked("get", store, key)
            try:
                async for chunk in found.stream(min_chunk_size=1024 * 1024):
                    digest.update(chunk)
            except Exception as error:  # whatever obstore raises is translated
                raise _refused(error) from error
        except FileNotFoundError:
            return ""
        return digest.hexdigest()

    async def _asked(self, verb: str, store: Any, *given: Any, **more: Any) -> Any:
        obstore = await asyncio.to_thread(importlib.import_module, "obstore")
        try:
            return await getattr(obstore, f"{verb}_async")(store, *given, **more)
        except FileNotFoundError:
            raise
        except Exception as error:  # whatever obstore raises is translated
            raise _refused(error) from error

    async def _store(self, read_seconds: float | None = None) -> Any:
        """Open the bucket with the keys as they are now, where the house may connect to. obstore dials by itself."""
        settings = self._settings
        endpoint = (settings.endpoint or f"https://s3.{settings.region}.amazonaws.com").rstrip("/")
        if not settings.path_style:
            scheme, _, rest = endpoint.partition("://")
            endpoint = f"{scheme}://{settings.bucket}.{rest}"
        target = self._http.check(endpoint)
        await self._http.addresses_of(target.host, target.port)
        keys = await asyncio.to_thread(_keys, settings.keys_file)
        module = await asyncio.to_thread(importlib.import_module, "obstore.store")
        return module.S3Store(
            settings.bucket,
            config={
                "endpoint": endpoint,
                "region": settings.region,
                "virtual_hosted_style_request": not settings.path_style,
                **keys,
            },
            client_options={
                "allow_http": target.scheme == "http",
                "connect_timeout": timedelta(seconds=min(10, read_seconds or 10)),
                "timeout": timedelta(seconds=read_seconds or settings.timeout_seconds),
            },
            # A shipment is tried again by who asked for it; who reads waits.
            retry_config={"max_retries": 0 if read_seconds else 1, "retry_timeout": timedelta(seconds=5)},
        )


@dataclass(frozen=True)
class Bucket:
    """The bucket as it is read from."""

    store: Any
    prefix: str

    @contextmanager
    def opened(self, node: str, stem: str, part: Part) -> Iterator[Read]:
        """Read ranges of one of a segment's objects. Raises FileNotFoundError, SinkRefused (502)."""
        index, packed = _keys_of(self.prefix, node, stem)
        key = packed if part == "lines" else index
        obstore = importlib.import_module("obstore")

        def read(start: int, size: int) -> bytes:
            try:
                return bytes(obstore.get_range(self.store, key, start=start, length=size))
            except FileNotFoundError:
                raise
            except Exception as error:  # whatever obstore raises is translated
                raise _refused(error) from error

        yield read


def _keys_of(prefix: str, node: str, stem: str) -> tuple[str, str]:
    below = "/".join(part for part in (prefix.strip("/"), _PLAIN.sub("_", node)) if part)
    return f"{below}/{stem}.idx", f"{below}/{stem}.ndjson.gz"


def _keys(path: Path) -> dict[str, str]:
    """Return the keys of a file, which logs leave out from then on. Raises ValueError for what holds none."""
    try:
        found = json.loads(path.read_text())
    except json.JSONDecodeError as error:
        raise ValueError("it is no JSON") from error  # without what it holds
    wanted = ("access_key_id", "secret_access_key")
    given = found if isinstance(found, dict) else {}
    if not all(isinstance(given.get(name), str) and given[name] for name in wanted):
        raise ValueError(f"it has to hold {' and '.join(wanted)}")
    names = (*wanted, "session_token") if isinstance(given.get("session_token"), str) else wanted
    for name in names[1:]:
        register_secret(given[name])
    return {name: given[name] for name in names}


def _refused(error: Exception) -> SinkRefused:
    # obstore tells all of the exchange, in many lines.
    said = " ".join(redact_text(str(error)).split())
    return SinkRefused(f"the bucket answers: {said[:_LONGEST_SAID]}")

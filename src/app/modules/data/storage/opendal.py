"""Anything else that Apache OpenDAL speaks to: FTP, HDFS, OneDrive, Google Drive, Backblaze B2, Swift and more.

A content goes to a hidden name and is renamed where the service can rename; object stores show it when it is whole.
"""

import asyncio
import importlib
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.kernel.drivers import DriverUnavailable
from app.kernel.ids import new_id
from app.modules.credentials import Bearer, Password, S3Keys, Secret
from app.modules.data.errors import (
    GrantExpired,
    PathRefused,
    StorageBusy,
    StorageCannot,
    StorageFull,
    StorageUnreachable,
)
from app.modules.data.storage import Access, Capability, Digest, ObjectMissing, ObjectStat, Space
from app.modules.data.storage._confined import PART_PREFIX
from app.modules.data.storage._paths import Child, plain_parts, tree
from app.modules.data.storage._remote import Passing

HOUSE_ONLY = True  # some of its services are this host's own disk, and it dials where it likes
CREDENTIAL_KINDS = ("password", "bearer", "oauth", "s3", "google_key")
_STEP_BYTES = 4 * 1024**2
_VET_EVERY_SECONDS = 60.0
_SECRET = re.compile(r"(pass(word|wd|phrase)?|secret|token|credential|account_key|access_key|application_key|sas|key)$")
_Part = Literal["user", "password", "token", "access_key_id", "secret_access_key", "session_token"]
_USUAL: dict[type[Secret], dict[str, _Part]] = {
    Password: {"username": "user", "password": "password"},
    Bearer: {"access_token": "token"},
    S3Keys: {"access_key_id": "access_key_id", "secret_access_key": "secret_access_key"},
}
_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,60}$")]


class Settings(BaseModel):
    """Which service, and what it is told."""

    model_config = ConfigDict(extra="forbid")

    service: str = Field(title="Service", pattern=r"^[a-z][a-z0-9_-]{1,40}$", examples=["ftp", "onedrive", "b2"])
    options: dict[_Name, Annotated[str, Field(max_length=2000)]] = Field(
        {}, max_length=50, description="As OpenDAL's documentation of the service names them; nothing secret"
    )
    login: dict[_Name, _Part] = Field(
        {},
        max_length=10,
        description="Which option is which part of the credential; usually username and password, access_token, or "
        "access_key_id and secret_access_key",
    )

    @field_validator("options")
    @classmethod
    def _nothing_secret(cls, options: dict[str, str]) -> dict[str, str]:
        if found := sorted(name for name in options if _SECRET.search(name)):
            raise ValueError(f"{found[0]} is secret: make it a credential, and name the option under login")
        return options


async def probe(_settings: Settings) -> str | None:
    """Say why this driver cannot be used with these settings, ``None`` if it can."""
    try:
        await asyncio.to_thread(importlib.import_module, "opendal")
    except ImportError:
        return "the package opendal is not installed: pip install 'stormbell[storages]'"
    return None


class Storage:
    """Objects as files of the service; see the seam for what each method promises."""

    capabilities: frozenset[Capability] = frozenset({"copy", "move", "range", "write", "list"})

    def __init__(self, settings: Settings, access: Access | None = None) -> None:
        if access is None:
            raise TypeError("a storage on another machine needs its access")
        try:
            self._opendal: Any = importlib.import_module("opendal")
        except ImportError as error:
            raise DriverUnavailable(
                "the package opendal is not installed: pip install 'stormbell[storages]'"
            ) from error
        self._settings = settings
        self._access = access
        self._name = settings.service
        self._operator: Any = None
        self._can: Any = None
        self._opened_with: object = None
        self._vetted_at = -_VET_EVERY_SECONDS

    async def stat(self, path: str) -> ObjectStat:
        plain_parts(path)
        operator = await self._opened()
        try:
            found = await operator.stat(path)
        except Exception as error:  # whatever OpenDAL raises is translated
            raise await self._refusal(error, path) from error
        if not found.is_file:
            raise ObjectMissing(path)
        return _stat(path, found)

    async def list(self, prefix: str = "", *, after: str = "", limit: int = 1000) -> list[ObjectStat]:
        if prefix:
            plain_parts(prefix)
        return await tree(self._children, prefix, after, limit)

    async def read(self, path: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        # Asked first: some services give a directory, or a range behind the end, as nothing or as an error of theirs.
        size = (await self.stat(path)).bytes
        last = size if end is None else min(end, size)
        operator = await self._opened()
        try:
            for at in range(start, last, _STEP_BYTES):
                yield bytes(await operator.read(path, offset=at, size=min(_STEP_BYTES, last - at)))
        except Exception as error:  # whatever OpenDAL raises is translated
            raise await self._refusal(error, path) from error

    async def write(
        self, path: str, content: AsyncIterator[bytes] | Path, *, sha256: str | None = None, move: bool = False
    ) -> Digest:
        *parents, _leaf = plain_parts(path)
        operator = await self._opened()
        passing = Passing(content, path, sha256)
        hidden = "/".join([*parents, PART_PREFIX + new_id("w")]) if self._can.rename else path
        try:
            await self._pour(operator, passing, hidden)
            if hidden != path:
                await self._replace(operator, hidden, path)
        except BaseException as error:
            if hidden != path:
                with suppress(Exception):  # it is hidden, and the first error matters
                    await asyncio.shield(operator.delete(hidden))
            if passing.failure is not None:
                raise passing.failure from None
            if not isinstance(error, Exception):
                raise
            raise await self._refusal(error, path) from error
        await passing.took(move)
        return passing.stored()

    async def copy(self, source: str, target: str) -> None:
        plain_parts(target)
        await self.stat(source)
        operator = await self._opened()
        if not self._can.copy:
            await self.write(target, self.read(source))
            return
        try:
            await self._require_no_directory(operator, target)
            await self._parents(operator, target)
            await operator.copy(source, target)
        except Exception as error:  # whatever OpenDAL raises is translated
            raise await self._refusal(error, source) from error

    async def move(self, source: str, target: str) -> None:
        plain_parts(target)
        await self.stat(source)
        if source == target:
            return
        operator = await self._opened()
        if not self._can.rename:
            await self.copy(source, target)
            await self.delete(source)
            return
        try:
            await self._replace(operator, source, target)
        except Exception as error:  # whatever OpenDAL raises is translated
            raise await self._refusal(error, source) from error

    async def delete(self, path: str) -> None:
        plain_parts(path)
        with suppress(ObjectMissing):  # a directory of this name is no object, and what is in it stays
            await self.stat(path)
            operator = await self._opened()
            try:
                await operator.delete(path)
            except Exception as error:  # whatever OpenDAL raises is translated
                raise await self._refusal(error, path) from error

    async def probe(self) -> Space:
        operator = await self._opened()
        try:
            await operator.check()
        except Exception as error:  # whatever OpenDAL raises is translated
            raise await self._refusal(error, "") from error
        return Space(None, None)

    async def close(self) -> None:
        self._operator = self._opened_with = None

    async def _pour(self, operator: Any, passing: Passing, path: str) -> None:
        file = None
        held = bytearray()
        async for chunk in passing:
            held += chunk
            if len(held) >= _STEP_BYTES:
                file = file or await operator.open(path, "wb")
                await file.write(bytes(held))
                held.clear()
        if file is None:
            await operator.write(path, bytes(held))
            return
        if held:
            await file.write(bytes(held))
        await file.close()  # only now is it there: a writer that is not closed has written nothing

    async def _replace(self, operator: Any, source: str, target: str) -> None:
        if not await self._require_no_directory(operator, target):
            await self._parents(operator, target)
        try:
            await operator.rename(source, target)
        except self._opendal.exceptions.AlreadyExists:  # a service that does not replace
            await operator.delete(target)
            await operator.rename(source, target)

    async def _require_no_directory(self, operator: Any, path: str) -> bool:
        """Say whether something is there: some services delete a directory to put a file in its place."""
        try:
            if (await operator.stat(path)).is_dir:
                raise PathRefused(f"{path!r} is a directory")
        except self._opendal.exceptions.NotFound:
            return False
        return True

    async def _parents(self, operator: Any, path: str) -> None:
        parent = path.rpartition("/")[0]
        if parent and self._can.create_dir:
            await operator.create_dir(parent + "/")

    async def _children(self, directory: str) -> Sequence[Child]:
        operator = await self._opened()
        below = directory + "/" if directory else ""
        found: Any = []  # a list: `list` is a method here
        try:
            async for entry in await operator.list(below or "/"):
                name = entry.path.removeprefix(below).rstrip("/")
                if not name or "/" in name:  # the directory itself, and what some services give beyond it
                    continue
                if entry.path.endswith("/"):
                    found.append(Child(name, None))
                elif not name.startswith(PART_PREFIX):
                    about = entry.metadata
                    if about.last_modified is None:  # not every service says in a list how large a file is
                        about = await operator.stat(below + name)
                    found.append(Child(name, _stat(below + name, about)))
        except (self._opendal.exceptions.NotFound, self._opendal.exceptions.NotADirectory):
            return []
        except Exception as error:  # whatever OpenDAL raises is translated
            raise await self._refusal(error, directory) from error
        return found  # type: ignore[no-any-return]  # see above

    async def _opened(self) -> Any:
        secret = await self._access.login.secret()
        await self._vet()
        if self._operator is None or secret != self._opened_with:
            options = self._settings.options | self._lent(secret)
            try:
                made = await asyncio.to_thread(self._opendal.AsyncOperator, self._settings.service, **options)
            except Exception as error:  # what it says may hold the options, and so the secret
                kind = type(error).__name__
                raise StorageCannot(f"OpenDAL does not open {self._name} with these options ({kind})") from error
            self._operator = made.layer(self._opendal.layers.RetryLayer(max_times=3, jitter=True, max_delay=5.0))
            self._can = self._operator.capability()
            self._opened_with = secret
        return self._operator

    def _lent(self, secret: Secret | None) -> dict[str, str]:
        if secret is None:
            return {}
        wanted = self._settings.login or next((u for kind, u in _USUAL.items() if isinstance(secret, kind)), {})
        return {option: str(getattr(secret, part)) for option, part in wanted.items() if getattr(secret, part, None)}

    async def _vet(self) -> None:
        """Let the house's rules decide about the address; OpenDAL dials by itself, so again every minute."""
        if time.monotonic() - self._vetted_at > _VET_EVERY_SECONDS:
            for name in ("endpoint", "host", "name_node"):
                if "://" in (address := self._settings.options.get(name, "")):
                    parts = urlsplit(address)
                    if parts.hostname:
                        usual = () if parts.port is None else (parts.port,)
                        await self._access.http.addresses_of(parts.hostname, parts.port or 443, usual=usual)
            self._vetted_at = time.monotonic()

    async def _refusal(self, error: Exception, path: str) -> Exception:
        raised = self._opendal.exceptions
        if isinstance(error, StorageUnreachable | GrantExpired | ObjectMissing | PathRefused | StorageCannot):
            return error
        if isinstance(error, raised.NotFound):
            return ObjectMissing(path)
        if isinstance(error, raised.IsADirectory | raised.NotADirectory):
            return PathRefused(f"{path!r} meets a directory, or a file that is none")
        if isinstance(error, raised.PermissionDenied):
            await self._access.login.refused()
            return StorageBusy(f"{self._name} was logged in to anew; try again", retry_after=1)
        if isinstance(error, raised.RateLimited):
            return StorageBusy(f"{self._name} asks to be asked later", retry_after=5)
        if isinstance(error, raised.Unsupported):
            return StorageCannot(f"{self._name} cannot do this")
        text = str(error)
        if "No space left" in text or "quota" in text.lower():
            return StorageFull(f"{self._name} has no room for it")
        return StorageUnreachable(f"{self._name}: {text[:300]}")


def _stat(path: str, found: Any) -> ObjectStat:
    when = found.last_modified or datetime.fromtimestamp(0, UTC)
    return ObjectStat(path, found.content_length, when, found.etag, found.content_type)

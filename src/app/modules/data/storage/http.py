"""Files below an address of a web server, to be read only."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field

from app.modules.data.errors import StorageCannot
from app.modules.data.storage import Access, Capability, Digest, ObjectMissing, ObjectStat, Space
from app.modules.data.storage._http_answers import MISSING, stat_of
from app.modules.data.storage._paths import plain_parts
from app.modules.data.storage._remote import HTTP_CREDENTIALS, Remote, is_partial, range_header, ranged

CREDENTIAL_KINDS = HTTP_CREDENTIALS


class Settings(BaseModel):
    """Where the files are."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(
        title="Address the paths are below",
        max_length=2000,
        pattern=r"^https?://[^\s?#@]+$",
        examples=["https://data.example.org/grids/"],
    )
    check: Literal["HEAD", "GET"] = Field("HEAD", description="How a file is asked about; GET where HEAD is not served")


async def probe(_settings: Settings) -> str | None:
    """Say why this driver cannot be used with these settings, ``None`` if it can."""
    return None


class Storage:
    """Objects as pages; see the seam for what each method promises."""

    capabilities: frozenset[Capability] = frozenset({"range"})

    def __init__(self, settings: Settings, access: Access | None = None) -> None:
        self._base = settings.url.rstrip("/") + "/"
        self._check = settings.check
        self._remote = Remote(access, urlsplit(self._base).hostname or "the server")

    async def stat(self, path: str) -> ObjectStat:
        url = self._url(path)
        headers = {"Range": "bytes=0-0"} if self._check == "GET" else {}
        accept = (*MISSING, 416)
        async with self._remote.ask(self._check, url, headers=headers, accept=accept, redirects=True) as answer:
            if answer.status in MISSING:
                raise ObjectMissing(path)
            return stat_of(path, answer.status, answer.headers)

    async def read(self, path: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        url = self._url(path)
        if end is not None and end <= start:
            await self.stat(path)
            return
        headers = range_header(start, end)
        async with self._remote.ask("GET", url, headers=headers, accept=(*MISSING, 416), redirects=True) as answer:
            if answer.status in MISSING:
                raise ObjectMissing(path)
            if start and answer.status == 200 and not is_partial(answer, start):
                self.capabilities = self.capabilities - {"range"}  # it sends all of it each time
            async for chunk in ranged(answer, start, end):
                yield chunk

    async def list(self, prefix: str = "", *, after: str = "", limit: int = 1000) -> list[ObjectStat]:
        raise StorageCannot("a web server does not list its files")

    async def write(
        self, path: str, content: AsyncIterator[bytes] | Path, *, sha256: str | None = None, move: bool = False
    ) -> Digest:
        raise _read_only(path)

    async def copy(self, source: str, target: str) -> None:
        plain_parts(source)
        raise _read_only(target)

    async def move(self, source: str, target: str) -> None:
        plain_parts(source)
        raise _read_only(target)

    async def delete(self, path: str) -> None:
        raise _read_only(path)

    async def probe(self) -> Space:
        async with self._remote.ask(self._check, self._base, accept=(*MISSING, 403, 405), redirects=True):
            return Space(None, None)

    async def close(self) -> None:
        """The connections are the house's."""

    def _url(self, path: str) -> str:
        return self._base + "/".join(quote(part, safe="") for part in plain_parts(path))


def _read_only(path: str) -> StorageCannot:
    plain_parts(path)
    return StorageCannot("files on a web server can be read and not written")

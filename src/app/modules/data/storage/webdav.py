"""A directory of a WebDAV server (RFC 4918), such as Nextcloud's.

A content is sent to a hidden name beside its final one and moved there when it is whole.
"""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit
from xml.etree.ElementTree import ParseError, fromstring

from pydantic import BaseModel, ConfigDict, Field

from app.kernel.errors import Problem
from app.kernel.ids import new_id
from app.modules.data.errors import PathRefused, StorageBusy, StorageCannot, StorageUnreachable
from app.modules.data.storage import Access, Capability, Digest, ObjectMissing, ObjectStat, Space
from app.modules.data.storage._confined import PART_PREFIX
from app.modules.data.storage._paths import Child, plain_parts, tree
from app.modules.data.storage._remote import HTTP_CREDENTIALS, Passing, Remote, modified_at, range_header, ranged

CREDENTIAL_KINDS = HTTP_CREDENTIALS
_LARGEST_LISTING = 64 * 1024**2
_NO_FILE = (301, 302, 307, 308, 404, 405, 416)
_TAKEN = 412  # "Overwrite: F", and something is there
_LOOKS = 3
# WsgiDAV 4.4 takes the destination of a MOVE or COPY for an address again, and cuts the name at these.
_CUT_AT = ";?"
_DAV = "{DAV:}"
_HOST = re.compile(r"^https?://[^/]*", re.IGNORECASE)
_PROPFIND = (
    b'<?xml version="1.0"?><propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/><getlastmodified/><getetag/>'
    b"<getcontenttype/><quota-available-bytes/><quota-used-bytes/></prop></propfind>"
)


class Settings(BaseModel):
    """Where the directory is."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(
        title="Address of the directory",
        max_length=2000,
        pattern=r"^https?://[^\s?#@]+$",
        examples=["https://cloud.example.org/remote.php/dav/files/ada/"],
    )


async def probe(_settings: Settings) -> str | None:
    """Say why this driver cannot be used with these settings, ``None`` if it can."""
    return None


@dataclass(frozen=True)
class _Entry:
    path: str
    is_directory: bool
    stat: ObjectStat
    bytes_free: int | None
    bytes_used: int | None


class Storage:
    """Objects as resources; see the seam for what each method promises."""

    capabilities: frozenset[Capability] = frozenset({"copy", "move", "range", "write", "list"})

    def __init__(self, settings: Settings, access: Access | None = None) -> None:
        self._base = settings.url.rstrip("/") + "/"
        self._base_path = unquote(urlsplit(self._base).path)
        self._remote = Remote(access, urlsplit(self._base).hostname or "the server")
        self._made: set[str] = set()
        self._kept: set[str] = set()  # characters that were seen to stay in names

    async def stat(self, path: str) -> ObjectStat:
        plain_parts(path)
        entries = await self._find(path, depth=0)
        if not entries or entries[0].is_directory:
            raise ObjectMissing(path)
        return entries[0].stat

    async def list(self, prefix: str = "", *, after: str = "", limit: int = 1000) -> list[ObjectStat]:
        if prefix:
            plain_parts(prefix)
        return await tree(self._children, prefix, after, limit)

    async def read(self, path: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        plain_parts(path)
        if end is not None and end <= start:
            await self.stat(path)
            return
        headers = range_header(start, end)
        async with self._remote.ask("GET", self._url(path), headers=headers, accept=_NO_FILE) as answer:
            if answer.status in _NO_FILE and answer.status != 416:
                await self.stat(path)  # says that there is none, or only a directory, which some redirect to its page
                raise StorageCannot(f"{self._remote.name} does not give {path} (it answers {answer.status})")
            if "etag" not in answer.headers and answer.headers.get("content-type", "").startswith("text/html"):
                await self.stat(path)  # the page that some servers make of a directory is no object
            async for chunk in ranged(answer, start, end):
                yield chunk

    async def write(
        self, path: str, content: AsyncIterator[bytes] | Path, *, sha256: str | None = None, move: bool = False
    ) -> Digest:
        *parents, _leaf = plain_parts(path)
        hidden = "/".join([*parents, PART_PREFIX + new_id("w")])
        passing = Passing(content, path, sha256)
        size = await passing.bytes_known()
        headers = {"Content-Type": "application/octet-stream"} | ({} if size is None else {"Content-Length": str(size)})
        async with self._below(parents):
            await self._require_names_kept(path, parents)
            try:
                async with self._remote.ask("PUT", self._url(hidden), headers=headers, content=aiter(passing)):
                    digest = passing.stored()
                await self._transfer("MOVE", hidden, path)
                await self._arrived(path, digest.bytes)
            except BaseException:
                await self._drop(hidden)
                raise
        await passing.took(move)
        return digest

    async def copy(self, source: str, target: str) -> None:
        await self._beside("COPY", source, target)

    async def move(self, source: str, target: str) -> None:
        await self._beside("MOVE", source, target)

    async def delete(self, path: str) -> None:
        with suppress(ObjectMissing):  # a directory of this name is no object, and what is in it stays
            await self.stat(path)
            async with self._remote.ask("DELETE", self._url(path), accept=(404,)):
                pass

    async def probe(self) -> Space:
        entries = await self._find("", depth=0)
        if not entries or not entries[0].is_directory:
            raise StorageCannot(f"{self._base} is no WebDAV directory")
        free, used = entries[0].bytes_free, entries[0].bytes_used
        if free is None or free < 0:  # Nextcloud says -3 for without limit
            return Space(None, None)
        return Space(None if used is None else free + used, free)

    async def close(self) -> None:
        """The connections are the house's."""

    async def _arrived(self, path: str, size: int) -> None:
        """See that it is there under its name."""
        try:
            found = await self.stat(path)
        except ObjectMissing as error:
            raise StorageCannot(f"{self._remote.name} does not store under the name {path!r}") from error
        if found.bytes != size:
            raise StorageUnreachable(f"{self._remote.name} stored {found.bytes:,} of {size:,} bytes of {path}")

    async def _beside(self, method: str, source: str, target: str) -> None:
        *parents, _leaf = plain_parts(target)
        await self.stat(source)
        async with self._below(parents):
            await self._require_names_kept(target, parents)
            await self._transfer(method, source, target)

    @asynccontextmanager
    async def _below(self, parents: Sequence[str]) -> AsyncIterator[None]:
        """Have directories, and look at them again when what is done in them fails: somebody may have removed them."""
        await self._make(parents)
        try:
            yield
        except (StorageCannot, ObjectMissing) as error:
            self._made.clear()
            directory = "/".join(parents)
            if parents and not await self._find(directory, depth=0):
                raise StorageBusy(
                    f"{directory} was removed there; try again, and it is made anew", retry_after=1
                ) from error
            raise

    async def _transfer(self, method: str, source: str, target: str) -> None:
        """Let a file take its place, or that of another: a directory would be deleted with all that is in it."""
        for _ in range(_LOOKS):
            there = await self._find(target, depth=0)
            if there and there[0].is_directory:
                raise PathRefused(f"{target!r} is a directory")
            # Where nothing was seen nothing is replaced: what has come since is looked at.
            headers = {"Destination": self._url(target), "Overwrite": "T" if there else "F"}
            accept = (404,) if there else (404, _TAKEN)
            async with self._remote.ask(method, self._url(source), headers=headers, accept=accept) as answer:
                if answer.status == _TAKEN:
                    continue
                if answer.status == 404:
                    raise ObjectMissing(source)
                if answer.status == 207:
                    raise StorageCannot(f"{self._remote.name} could not {method.lower()} all of {source}")
                return
        raise StorageCannot(f"{self._remote.name} says that there is something at {target}, and does not show it")

    async def _require_names_kept(self, path: str, parents: Sequence[str]) -> None:
        """Try with a name of ours whether a name is kept whole, before a file could take the place of another."""
        for mark in set(_CUT_AT) & set(path) - self._kept:
            hidden = "/".join([*parents, PART_PREFIX + new_id("w")])
            marked = f"{hidden}{mark}x"  # cut, it is the hidden name itself
            try:
                async with self._remote.ask("PUT", self._url(hidden), content=b""):
                    pass
                with suppress(StorageCannot):
                    await self._transfer("MOVE", hidden, marked)
                if not await self._find(marked, depth=0):
                    raise StorageCannot(f"{self._remote.name} does not store names with {mark!r}")
            finally:
                await self._drop(marked)
                await self._drop(hidden)
            self._kept.add(mark)

    async def _drop(self, hidden: str) -> None:
        with suppress(Problem):
            async with self._remote.ask("DELETE", self._url(hidden), accept=(404,)):
                pass

    async def _make(self, parents: Sequence[str]) -> None:
        for count in range(1, len(parents) + 1):
            directory = "/".join(parents[:count])
            if directory in self._made:
                continue
            entries = await self._find(directory, depth=0)
            if not entries:
                async with self._remote.ask("MKCOL", self._url(directory) + "/", accept=(405,)):
                    pass
            elif not entries[0].is_directory:
                raise StorageCannot(f"{directory} is a file there, and no directory")
            self._made.add(directory)
            if len(self._made) > 10_000:
                self._made.clear()

    async def _children(self, directory: str) -> Sequence[Child]:
        return [
            Child(entry.path.rpartition("/")[2], None if entry.is_directory else entry.stat)
            for entry in await self._find(directory, depth=1)
            if entry.path != directory and entry.path.rpartition("/")[0] == directory
        ]

    async def _find(self, path: str, *, depth: int) -> Sequence[_Entry]:
        """Return what is there; nothing when it is not. With depth 1 also what it holds."""
        headers = {"Depth": str(depth), "Content-Type": "application/xml"}
        url = self._url(path) + ("/" if depth and path else "")
        accept = (404, 405, 409)
        async with self._remote.ask(
            "PROPFIND", url, headers=headers, content=_PROPFIND, accept=accept, redirects=True
        ) as answer:
            if answer.status in accept:
                return []
            body = bytearray()
            async for chunk in answer.body:
                body += chunk
                if len(body) > _LARGEST_LISTING:
                    raise StorageCannot(f"the directory {path!r} is too large to be listed")
        return self._read(bytes(body))

    def _read(self, body: bytes) -> Sequence[_Entry]:
        if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
            raise StorageUnreachable(f"{self._remote.name} answers with XML that defines entities")
        try:
            document = fromstring(body)  # noqa: S314 (without entities nothing expands)
        except ParseError as error:
            raise StorageUnreachable(f"{self._remote.name} answers with no XML: {error}") from error
        found = []
        for response in document.iter(f"{_DAV}response"):
            # Some servers leave a question mark in a name as it is, so everything behind the host is path.
            href = unquote(_HOST.sub("", response.findtext(f"{_DAV}href", ""))).rstrip("/")
            base = self._base_path.rstrip("/")
            if href != base and not href.startswith(base + "/"):
                continue
            text = {
                item.tag.removeprefix(_DAV): (item.text or "").strip()
                for prop in response.iter(f"{_DAV}prop")
                for item in prop
            }
            path = href[len(base) + 1 :]
            size = _number(text.get("getcontentlength"))
            found.append(
                _Entry(
                    path,
                    response.find(f".//{_DAV}collection") is not None,
                    ObjectStat(
                        path,
                        size or 0,
                        modified_at(text.get("getlastmodified")) or datetime.fromtimestamp(0, UTC),
                        text.get("getetag") or None,
                        text.get("getcontenttype") or None,
                    ),
                    _number(text.get("quota-available-bytes")),
                    _number(text.get("quota-used-bytes")),
                )
            )
        return sorted(found, key=lambda entry: len(entry.path))

    def _url(self, path: str) -> str:
        return self._base + quote(path, safe="/")


def _number(text: str | None) -> int | None:
    try:
        return int(text or "")
    except ValueError:
        return None

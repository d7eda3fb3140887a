"""A folder of a Dropbox (API v2). Paths do not distinguish upper and lower case there."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from itertools import pairwise
from json import dumps
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.kernel.errors import Problem
from app.kernel.http import RemoteStream
from app.modules.data.errors import StorageCannot, StorageUnreachable, UploadGone
from app.modules.data.storage import (
    Access,
    Capability,
    Change,
    CursorLost,
    Digest,
    ObjectMissing,
    ObjectStat,
    Part,
    Space,
    Upload,
)
from app.modules.data.storage._dropbox_answers import ContentHash, Refused, correct_offset, json_of, problem_of, refuse
from app.modules.data.storage._paths import Child, plain_parts, tree
from app.modules.data.storage._remote import Passing, Remote, range_header, ranged

CREDENTIAL_KINDS = ("oauth", "bearer")
PART_BYTES = 8 * 1024**2  # a multiple of 4 MiB, as sessions want it
_BEYOND = 2**40  # an offset no session has: the refusal says which it has
_OVERWRITE = {"mode": "overwrite", "autorename": False, "mute": True}


class Settings(BaseModel):
    """Which folder."""

    model_config = ConfigDict(extra="forbid")

    folder: str = Field(
        "", title="Folder", max_length=500, description="Below the app's own, or the whole Dropbox, as the grant says"
    )
    api_url: str = Field("https://api.dropboxapi.com", pattern=r"^https?://[^\s?#@]+$", max_length=500)
    content_url: str = Field("https://content.dropboxapi.com", pattern=r"^https?://[^\s?#@]+$", max_length=500)


async def probe(settings: Settings) -> str | None:
    """Say why this driver cannot be used with these settings, ``None`` if it can."""
    if settings.folder.strip("/"):
        plain_parts(settings.folder.strip("/"))
    return None


class Storage:
    """Objects as files; see the seam for what each method promises."""

    capabilities: frozenset[Capability] = frozenset({"copy", "move", "range", "write", "list", "parts", "changes"})

    def __init__(self, settings: Settings, access: Access | None = None) -> None:
        self._folder = "/" + settings.folder.strip("/") if settings.folder.strip("/") else ""
        self._api = settings.api_url.rstrip("/") + "/2/"
        self._content = settings.content_url.rstrip("/") + "/2/"
        self._remote = Remote(access, "Dropbox")

    async def stat(self, path: str) -> ObjectStat:
        try:
            found = await self._call("files/get_metadata", {"path": self._path(path)})
        except Refused as refused:
            raise problem_of(refused, path) from refused
        if found.get(".tag", "file") != "file":
            raise ObjectMissing(path)
        return self._stat(found)

    async def list(self, prefix: str = "", *, after: str = "", limit: int = 1000) -> list[ObjectStat]:
        if prefix:
            plain_parts(prefix)
        return await tree(self._children, prefix, after, limit)

    async def read(self, path: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        argument = {"path": self._path(path)}
        if end is not None and end <= start:
            await self.stat(path)
            return
        try:
            async with self._ask("files/download", argument, headers=range_header(start, end), accept=(416,)) as answer:
                async for chunk in ranged(answer, start, end):
                    yield chunk
        except Refused as refused:
            raise problem_of(refused, path) from refused

    async def write(
        self, path: str, content: AsyncIterator[bytes] | Path, *, sha256: str | None = None, move: bool = False
    ) -> Digest:
        self._path(path)
        passing = Passing(content, path, sha256)
        hashed = ContentHash()
        upload: Upload | None = None
        try:
            number, held = 0, bytearray()
            async for chunk in passing:
                hashed.update(chunk)
                held += chunk
                while len(held) > PART_BYTES:
                    upload = upload or await self.begin(path)
                    await self.write_part(upload, number, number * PART_BYTES, bytes(held[:PART_BYTES]))
                    del held[:PART_BYTES]
                    number += 1
            found = await self._commit(path, upload, number * PART_BYTES, bytes(held))
        except Refused as refused:
            raise problem_of(refused, path) from refused
        if found.get("content_hash", hashed.digest()) != hashed.digest():
            raise StorageUnreachable(f"Dropbox stored other bytes than were sent of {path}; send it again")
        await passing.took(move)
        return passing.stored()

    async def copy(self, source: str, target: str) -> None:
        await self._relocate("files/copy_v2", source, target)

    async def move(self, source: str, target: str) -> None:
        await self._relocate("files/move_v2", source, target)

    async def delete(self, path: str) -> None:
        with suppress(ObjectMissing):  # a folder of this name is no object, and what is in it stays
            await self.stat(path)
            await self._delete(path)

    async def begin(self, path: str, *, bytes: int | None = None) -> Upload:  # noqa: A002 (the seam's)
        self._path(path)
        try:
            async with self._ask("files/upload_session/start", {"close": False}, content=b"") as answer:
                session_id = str((await json_of(answer))["session_id"])
        except Refused as refused:
            raise problem_of(refused, path) from refused
        return Upload(path, session_id, PART_BYTES, sequential=True)

    async def write_part(self, upload: Upload, number: int, offset: int, content: bytes) -> str:
        cursor = {"session_id": upload.token, "offset": offset}
        try:
            async with self._ask("files/upload_session/append_v2", {"cursor": cursor}, content=content):
                pass
        except Refused as refused:
            if correct_offset(refused) != offset + len(content):  # else it came the last time, and its answer did not
                raise problem_of(refused, upload.path) from refused
        return f"{offset + len(content)}"

    async def parts(self, upload: Upload) -> Sequence[Part]:
        offset = await self._offset(upload)
        cuts = [*range(0, offset, PART_BYTES), offset]
        return [Part(number, start, end - start, f"{end}") for number, (start, end) in enumerate(pairwise(cuts))]

    async def finish(self, upload: Upload, parts: Sequence[Part], *, sha256: str | None = None) -> ObjectStat:
        offset = sum(part.bytes for part in parts)
        try:
            return self._stat(await self._commit(upload.path, upload, offset, b""))
        except Refused as refused:
            problem = problem_of(refused, upload.path)
            if isinstance(problem, UploadGone):
                with suppress(ObjectMissing):  # an earlier call finished it and died before it could say so
                    found = await self.stat(upload.path)
                    if found.bytes == offset:
                        return found
            raise problem from refused

    async def abandon(self, upload: Upload) -> None:
        """Dropbox forgets a session by itself, after seven days; closing it makes it useless before."""
        with suppress(UploadGone, StorageCannot, Refused, Problem):
            argument = {"cursor": {"session_id": upload.token, "offset": await self._offset(upload)}, "close": True}
            async with self._ask("files/upload_session/append_v2", argument, content=b""):
                pass

    async def changes(self, cursor: str | None = None) -> tuple[Sequence[Change], str]:
        found: list[Change] = []
        try:
            while True:
                if cursor is None:
                    page = await self._call("files/list_folder", {"path": self._folder, "recursive": True})
                else:
                    page = await self._call("files/list_folder/continue", {"cursor": cursor})
                cursor = str(page["cursor"])
                found += [
                    Change(path, self._stat(entry) if entry[".tag"] == "file" else None)
                    for entry in page["entries"]
                    if (path := self._relative(entry)) is not None and entry[".tag"] != "folder"
                ]
                if found or not page["has_more"]:
                    return found, cursor
        except Refused as refused:
            if refused.summary.startswith("reset"):
                raise CursorLost(refused.summary) from refused
            raise problem_of(refused, "") from refused

    async def probe(self) -> Space:
        try:
            found = await self._call("users/get_space_usage", None)
        except Refused as refused:
            raise StorageCannot(f"Dropbox refuses this: {refused.summary[:200]}") from refused
        total = int(found["allocation"]["allocated"])
        return Space(total, max(0, total - int(found["used"])))

    async def close(self) -> None:
        """The connections are the house's."""

    async def _relocate(self, call: str, source: str, target: str) -> None:
        argument = {"from_path": self._path(source), "to_path": self._path(target), "autorename": False}
        await self.stat(source)
        if source == target:
            return
        try:
            try:
                await self._call(call, argument)
            except Refused as refused:
                if not refused.summary.startswith("to/conflict"):
                    raise
                await self.stat(target)  # a folder of this name stays
                await self._delete(target)
                await self._call(call, argument)
        except Refused as refused:
            raise problem_of(refused, source) from refused

    async def _delete(self, path: str) -> None:
        try:
            await self._call("files/delete_v2", {"path": self._path(path)})
        except Refused as refused:
            if not refused.summary.startswith("path_lookup/not_found"):
                raise problem_of(refused, path) from refused

    async def _commit(self, path: str, upload: Upload | None, offset: int, rest: bytes) -> dict[str, Any]:
        commit = {"path": self._path(path), **_OVERWRITE}
        if upload is None:
            call, argument = "files/upload", commit
        else:
            cursor = {"session_id": upload.token, "offset": offset}
            call, argument = "files/upload_session/finish", {"cursor": cursor, "commit": commit}
        async with self._ask(call, argument, content=rest) as answer:
            return await json_of(answer)

    async def _offset(self, upload: Upload) -> int:
        cursor = {"session_id": upload.token, "offset": _BEYOND}
        try:
            async with self._ask("files/upload_session/append_v2", {"cursor": cursor}, content=b""):
                return _BEYOND
        except Refused as refused:
            if (offset := correct_offset(refused)) is None:
                raise problem_of(refused, upload.path) from refused
            return offset

    async def _children(self, directory: str) -> Sequence[Child]:
        top = f"{self._folder}/{directory}" if directory else self._folder
        found = []
        try:
            page = await self._call("files/list_folder", {"path": top})
            while True:
                for entry in page["entries"]:
                    if entry[".tag"] == "folder":
                        found.append(Child(entry["name"], None))
                    elif entry[".tag"] == "file":
                        path = f"{directory}/{entry['name']}" if directory else entry["name"]
                        found.append(Child(entry["name"], self._stat(entry, path)))
                if not page["has_more"]:
                    return found
                page = await self._call("files/list_folder/continue", {"cursor": page["cursor"]})
        except Refused as refused:
            if refused.summary.startswith(("path/not_found", "path/not_folder")):
                return []
            raise problem_of(refused, directory) from refused

    async def _call(self, name: str, argument: Mapping[str, Any] | None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"} if argument is not None else {}
        body = dumps(argument).encode() if argument is not None else b""
        async with self._remote.ask(
            "POST", self._api + name, headers=headers, content=body, accept=(400, 409, 429)
        ) as answer:
            await refuse(answer)
            return await json_of(answer)

    @asynccontextmanager
    async def _ask(
        self,
        name: str,
        argument: Mapping[str, Any],
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
    ) -> AsyncIterator[RemoteStream]:
        fields = {**(headers or {}), "Dropbox-API-Arg": dumps(argument)}  # ASCII, as a header has to be
        if content is not None:
            fields["Content-Type"] = "application/octet-stream"
        async with self._remote.ask(
            "POST", self._content + name, headers=fields, content=content, accept=(400, 409, 429, *accept)
        ) as answer:
            await refuse(answer)
            yield answer

    def _path(self, path: str) -> str:
        plain_parts(path)
        return f"{self._folder}/{path}"

    def _relative(self, entry: Mapping[str, Any]) -> str | None:
        shown = str(entry.get("path_display") or entry.get("path_lower") or "")
        if not shown.lower().startswith(self._folder.lower() + "/"):
            return None
        return shown[len(self._folder) + 1 :]

    def _stat(self, entry: Mapping[str, Any], path: str | None = None) -> ObjectStat:
        when = datetime.strptime(entry["server_modified"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        known = path or self._relative(entry) or str(entry["name"])
        return ObjectStat(known, int(entry["size"]), when, f"{entry['rev']}-{entry.get('content_hash', '')[:16]}")

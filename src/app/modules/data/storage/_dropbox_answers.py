"""What Dropbox says: its refusals in the house's words, and its own checksum."""

import hashlib
import re
from collections.abc import Mapping
from json import loads
from typing import Any

from app.kernel.http import RemoteStream
from app.modules.data.errors import StorageBusy, StorageCannot, StorageFull, StorageUnreachable, UploadGone
from app.modules.data.storage import ObjectMissing
from app.modules.data.storage._remote import retry_after

_BLOCK_BYTES = 4 * 1024**2  # of content_hash (Dropbox, "Content hash")
_LARGEST_ANSWER = 32 * 1024**2


class Refused(Exception):
    """A call is answered with an error of its own; ``summary`` is Dropbox's path of tags."""

    def __init__(self, summary: str, error: Mapping[str, Any]) -> None:
        super().__init__(summary)
        self.summary = summary
        self.error = error


class ContentHash:
    """Dropbox's own checksum: SHA-256 over the SHA-256 of each 4 MiB."""

    def __init__(self) -> None:
        self._blocks = hashlib.sha256()
        self._block = hashlib.sha256()
        self._in_block = 0

    def update(self, chunk: bytes) -> None:
        """Take the next bytes into account."""
        view = memoryview(chunk)
        while view:
            taken = view[: _BLOCK_BYTES - self._in_block]
            self._block.update(taken)
            self._in_block += len(taken)
            view = view[len(taken) :]
            if self._in_block == _BLOCK_BYTES:
                self._blocks.update(self._block.digest())
                self._block, self._in_block = hashlib.sha256(), 0

    def digest(self) -> str:
        """Return it in hexadecimal."""
        last = self._blocks.copy()
        if self._in_block:
            last.update(self._block.digest())
        return last.hexdigest()


async def refuse(answer: RemoteStream) -> None:
    """Raise what an answer of 400, 409 or 429 means."""
    if answer.status in (400, 409):
        said = await json_of(answer)
        raise Refused(str(said.get("error_summary", f"status {answer.status}")), said.get("error") or {})
    if answer.status == 429:
        seconds = retry_after(answer.headers.get("retry-after"))
        raise StorageBusy(f"Dropbox asks to wait {seconds} s", retry_after=seconds)


async def json_of(answer: RemoteStream) -> dict[str, Any]:
    """Read an answer."""
    body = bytearray()
    async for chunk in answer.body:
        body += chunk
        if len(body) > _LARGEST_ANSWER:
            raise StorageUnreachable("Dropbox answers with more than can be read")
    try:
        said = loads(bytes(body) or b"{}")
    except ValueError:
        return {"error_summary": bytes(body[:200]).decode(errors="replace")}
    return said if isinstance(said, dict) else {}


def correct_offset(refused: Refused) -> int | None:
    """Return how many bytes a session has, when that is what the refusal says."""
    inner: Any = refused.error.get("lookup_failed", refused.error)
    offset = inner.get("correct_offset") if isinstance(inner, dict) else None
    return offset if isinstance(offset, int) else None


def problem_of(refused: Refused, path: str) -> Exception:
    """Return a refusal in the house's words."""
    summary = refused.summary
    if re.match(r"(lookup_failed/)?(not_found|closed)", summary):
        return UploadGone(f"Dropbox has no such upload of {path} any more")
    if "not_found" in summary or "not_file" in summary:
        return ObjectMissing(path)
    if "insufficient_space" in summary:
        return StorageFull("The Dropbox is full")
    if "too_many_write_operations" in summary:
        return StorageBusy("Dropbox is still busy with the last change", retry_after=1)
    return StorageCannot(f"Dropbox refuses this: {summary[:200]}")

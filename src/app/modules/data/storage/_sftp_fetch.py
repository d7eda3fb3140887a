"""A web address fetched by the machine of an SFTP storage itself: curl there, one at a time for a file, resumable."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from app.modules.data.dataset_errors import FetchFailed, FetchRefused, UploadTooLarge
from app.modules.data.errors import StorageBusy, StorageCannot, StorageFull
from app.modules.machines import Completed

_LONGEST_SECONDS = 23 * 3600.0  # the job that waits for it ends then
_LOOK_SECONDS = 1.0
_SUM_SECONDS = 6 * 3600.0
# The lock is held by curl, through the descriptor it is given: one that a cut connection left behind goes on, and
# nobody writes to its file beside it. The configuration comes by standard input: the address may hold a token, and
# `ps` shows every user of the machine what a command was given.
_CURL = """
command -v curl >/dev/null 2>&1 || exit 69
exec 9>"$1.lock" || exit 73
if command -v flock >/dev/null 2>&1; then flock -w 15 9 || exit 75; fi
exec curl --config -
"""
_SUMS = """
if command -v sha256sum >/dev/null 2>&1; then sha256sum < "$1"; else shasum -a 256 < "$1"; fi || exit 1
if command -v b3sum >/dev/null 2>&1; then b3sum --no-names < "$1"; fi
"""
_BUSY, _NO_CURL = 75, 69
_BEGIN_AGAIN = (33, 36)  # the server gives no ranges, or what is there cannot be gone on with
_TOO_LARGE, _DISK, _STATUS = 63, 23, 22
# It does not speak the protocol, cannot read the address, was sent in circles, or does not trust the certificate.
_HOPELESS = (1, 3, 47, 51, 58, 59, 60, 66, 77, 83, 90, 91)
_TRIED_AGAIN = (408, 425, 429)


Run = Callable[[Sequence[str], bytes, float], Awaitable[Completed]]


@dataclass(frozen=True)
class There:
    """The machine: how to run a command, ask for a file's size (``None``: no such file), read one, remove one."""

    run: Run
    size: Callable[[str], Awaitable[int | None]]
    read: Callable[[str], Awaitable[bytes]]
    remove: Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class _Head:
    """What the server's answer said."""

    validator: str
    total: int | None
    media_type: str | None


async def fetch_to(there: There, url: str, part: str, *, most_bytes: int, come: Callable[[int], None]) -> _Head:
    """Have the whole content in the file ``part`` there. Raises as the seam's ``fetch``, StorageBusy, StorageCannot."""
    have = await there.size(part)
    head = _read_head(await there.read(f"{part}.head")) if have else None
    if have and (head is None or not head.validator):
        await there.remove(part)  # nothing says that what follows belongs to what is there
        have, head = None, None
    if have is None or head is None or head.total != have:
        await _download(there, url, part, head if have else None, most_bytes, come)
        head = _read_head(await there.read(f"{part}.head"))
    return head


async def sums_of(there: There, path: str) -> tuple[str, str | None]:
    """Return the SHA-256 of a file there, and its BLAKE3 where that can be had."""
    done = await there.run(("sh", "-c", _SUMS, "sh", path), b"", _SUM_SECONDS)
    found = re.findall(rb"^([0-9a-f]{64})\b", done.stdout, re.MULTILINE)
    if done.exit_code or not found:
        raise StorageCannot("the machine has neither sha256sum nor shasum")
    return found[0].decode(), found[1].decode() if len(found) > 1 else None


async def _download(
    there: There, url: str, part: str, head: _Head | None, most_bytes: int, come: Callable[[int], None]
) -> None:
    config = _config(url, part, head, most_bytes)
    running = asyncio.ensure_future(there.run(("sh", "-c", _CURL, "sh", part), config, _LONGEST_SECONDS))
    try:
        while not running.done():
            await asyncio.wait({running}, timeout=_LOOK_SECONDS)
            size = await there.size(part) or 0
            come(size)
            if size > most_bytes:
                raise UploadTooLarge(f"it has more than {most_bytes:,} bytes")
    finally:
        if not running.done():
            running.cancel()
        await asyncio.wait({running})
    done = running.result()
    if done.exit_code:
        raise await _refusal(there, done, part)


async def _refusal(there: There, done: Completed, part: str) -> Exception:
    said = done.stderr.decode(errors="replace").strip()[-200:]
    code, status = done.exit_code, int(done.stdout.strip() or b"0") if done.stdout.strip().isdigit() else 0
    if code == _BUSY:
        return StorageBusy("an earlier fetch of this file still goes on there", retry_after=15)
    if code == _NO_CURL:
        return StorageCannot("the machine has no curl")
    if code == _TOO_LARGE:
        return UploadTooLarge(said or "it is too large")
    if code == _DISK:
        return StorageFull(f"the machine cannot write it: {said}")
    if code in _BEGIN_AGAIN or (code == _STATUS and status == 416):
        await there.remove(part)
        return FetchFailed("the server does not go on with what had come; it is fetched anew")
    if code == _STATUS and 400 <= status < 500 and status not in _TRIED_AGAIN:
        return FetchRefused(f"the server answered with status {status}")
    if code in _HOPELESS:
        return FetchRefused(said or f"curl ended with {code}")
    return FetchFailed(f"the server answered with status {status}" if code == _STATUS else said or f"curl: {code}")


def _config(url: str, part: str, head: _Head | None, most_bytes: int) -> bytes:
    options = {
        "url": url,
        "output": part,
        "dump-header": f"{part}.head",
        "write-out": "%{http_code}",
        "proto": "=http,https",
        "proto-redir": "=http,https",
        "max-redirs": "3",
        "max-filesize": str(most_bytes),
        "connect-timeout": "20",
        "speed-limit": "1",
        "speed-time": "60",
    }
    if head is not None:
        options |= {"continue-at": "-", "header": f"If-Range: {head.validator}"}
    lines = [f'{name} = "{_quoted(value)}"' for name, value in options.items()]
    return "\n".join([*lines, "fail", "location", "silent", "show-error", "globoff", ""]).encode()


def _quoted(value: str) -> str:
    if any(c < " " or c == "\x7f" for c in value):
        raise FetchRefused("the address holds a control character")
    return value.replace("\\", "\\\\").replace('"', '\\"')


def _read_head(content: bytes) -> _Head:
    """Read the headers curl wrote down; of redirects the last answer's count."""
    answer = content.decode("latin-1").replace("\r\n", "\n").strip().rpartition("\n\n")[2]
    status, _, rest = answer.partition("\n")
    fields = {
        name.strip().lower(): value.strip() for name, _, value in (one.partition(":") for one in rest.split("\n"))
    }
    tag = fields.get("etag", "")
    total = fields.get("content-range", "").rpartition("/")[2] or fields.get("content-length", "")
    if " 206" in status and "content-range" not in fields:
        total = ""
    return _Head(
        # What If-Range may name: a strong tag, or when it was changed (RFC 9110, 13.1.5).
        tag if tag.startswith('"') else fields.get("last-modified", ""),
        int(total) if total.isdigit() else None,
        fields.get("content-type", "").partition(";")[0].strip() or None,
    )

"""Uploading a data set: it goes on after cuts, also in another run of the command, and is checked by SHA-256."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli import remote
from app.cli.download import ATTEMPTS, CHUNK, Bar
from app.cli.problems import UNREACHABLE, USAGE, CommandFailed, Refused

if TYPE_CHECKING:
    pass

_PART = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
# With the last byte the server reads the whole once more before it answers.
_ANSWER_SECONDS = 3600.0


def from_file(file: Path, name: str, about: dict[str, Any]) -> str:
    """Send a file and return the id of the data set it has become.

    What an earlier run of the command began is gone on with. Raises CommandFailed.
    """
    if not file.is_file():
        raise CommandFailed(f"{file} is no file", USAGE)
    with file.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    total = file.stat().st_size
    path = f"/api/v1/uploads/{_begun(name, total, sha256) or _begin(name, total, sha256, about)}"
    failures, last = 0, -1
    bar: Bar | None = None
    while True:
        try:
            with remote.reaching():
                head = remote.http().head(path, headers={"Tus-Resumable": "1.0.0"})
            at = int(head.headers["Upload-Offset"])
            bar = bar or Bar(total, at)
            failures, last = (failures + 1 if at <= last else 0), at
            if failures >= ATTEMPTS:
                raise CommandFailed(f"the server keeps having {at} of {total} bytes", UNREACHABLE)
            made = head.headers.get("Stormbell-Dataset") or _send(path, file, at, total, bar)
        except CommandFailed as problem:
            cut = problem.code == UNREACHABLE or (isinstance(problem, Refused) and problem.status in (409, 460, 503))
            failures += 1
            if not cut or failures >= ATTEMPTS:
                if bar is not None:
                    bar.end()
                raise
            time.sleep(0.2 * 2**failures)
            continue
        if made:
            bar.end()
            return made


def _begun(name: str, total: int, sha256: str) -> str | None:
    """Return the id of an upload of the same that is under way."""
    from stormbell_client.api.data import upload_list

    for one in remote.pages(upload_list.sync_detailed, 0, True, client=remote.client()).view:
        if (one.name, one.bytes_, one.sha256) == (name, total, sha256):
            return str(one.id)
    return None


def _begin(name: str, total: int, sha256: str, about: dict[str, Any]) -> str:
    from stormbell_client.api.data import upload_begin
    from stormbell_client.models.upload_begin import UploadBegin

    wanted = UploadBegin.from_dict({"name": name, "bytes": total, "sha256": sha256, **about})
    return remote.ask(upload_begin.sync_detailed, client=remote.client(), body=wanted).view.id


def _send(path: str, file: Path, at: int, total: int, bar: Bar) -> str | None:
    import httpx

    def rest() -> Iterator[bytes]:
        sent = at
        with file.open("rb") as opened:
            opened.seek(at)
            while chunk := opened.read(min(CHUNK, total - sent)):
                yield chunk
                sent += len(chunk)
                bar.draw(sent)

    headers = {**_PART, "Upload-Offset": str(at), "Content-Length": str(total - at)}
    patience = httpx.Timeout(remote.SECONDS, read=_ANSWER_SECONDS)
    with remote.reaching():
        answer: httpx.Response = remote.http().patch(path, content=rest(), headers=headers, timeout=patience)
    made: str | None = answer.headers.get("Stormbell-Dataset")
    return made

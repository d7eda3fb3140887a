"""``stormbell storages get``, ``put`` and ``rm``: files in a storage, with the login it has."""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from app.cli import remote, show
from app.cli.app import DryRun, Json, Yes
from app.cli.asking import allowed
from app.cli.download import ATTEMPTS, CHUNK, Bar
from app.cli.files import room_for
from app.cli.problems import CONFLICT, NOT_FOUND, UNREACHABLE, USAGE, CommandFailed, Refused
from app.cli.storages import Storage, id_of, storages
from app.cli.units import size

There = Annotated[str, typer.Argument(metavar="PATH", help="Where it is in the storage")]
_NOT_FOUND, _PRECONDITION_FAILED = 404, 412


@storages.command("get")
def get_file(
    storage: Storage,
    path: There,
    output: Annotated[
        str | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="File, or folder/; - writes to stdout; default: its name, here"
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there")] = False,
    json_: Json = False,
) -> None:
    """Fetch a file from a storage. What is cut goes on at the byte it had come to, unless the file changed.

    Example: stormbell storages get cloud grids/2026/wind.nc
    """
    url = _url(storage, path)
    if output == "-":
        if json_:
            raise CommandFailed("stdout is either the file (--output -) or the document (--json)", USAGE)
        _fetch(url, show.out_bytes)
        return
    target = Path(output or "")
    if target.is_dir() or (output or "").endswith("/"):
        target = target / (path.rstrip("/").rpartition("/")[2] or "file")
    if target.exists() and not force:
        raise CommandFailed(f"{target} is there already; --force overwrites it", CONFLICT)
    part = room_for(target).with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            fetched = _fetch(url, file.write)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    show.done(f"{target}: {size(fetched)}.", {"path": path, "file": str(target), "bytes": fetched}, json_)


@storages.command("put")
def put_file(
    storage: Storage,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A file here")],
    path: Annotated[
        str | None, typer.Argument(metavar="[PATH]", help="Where to; below it when it ends with /; default: its name")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there")] = False,
    json_: Json = False,
) -> None:
    """Store a file in a storage, checked against its SHA-256. It is no data set: 'datasets adopt' makes it one.

    Example: stormbell storages put cloud wind.nc grids/2026/
    """
    there = f"{path or ''}{file.name}" if path is None or path.endswith("/") else path
    total, sums = file.stat().st_size, hashlib.sha256()
    bar = Bar(total, 0)

    def content() -> Iterator[bytes]:
        with file.open("rb") as opened:
            while chunk := opened.read(CHUNK):
                sums.update(chunk)
                yield chunk
                bar.draw(opened.tell())

    headers = {"Content-Type": "application/octet-stream", "Content-Length": str(total)}
    headers |= {} if force else {"If-None-Match": "*"}
    try:
        with remote.reaching():
            answer = remote.http().put(_url(storage, there), content=content(), headers=headers, timeout=None)
    except Refused as refused:
        if refused.status == _PRECONDITION_FAILED:
            raise CommandFailed(f"{storage} has a file {there} already; --force replaces it", CONFLICT) from refused
        raise
    finally:
        bar.end()
    document, sent = answer.json(), sums.hexdigest()
    if document["sha256"] != sent:
        raise CommandFailed(f"what {storage} has of {there} is not what was sent: put it again with --force")
    show.done(f"{storage}:{there}: {size(total)}, SHA-256 {document['sha256']}.", document, json_)


@storages.command("rm")
def remove_files(
    storage: Storage,
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Where they are in the storage")],
    yes: Yes = False,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Remove files from a storage, for good. What data sets have copies in is refused.

    Example: stormbell storages rm cloud grids/2026/wind.nc --yes
    """
    urls = [_url(storage, path) for path in paths]
    for path, url in zip(paths, urls, strict=True):  # all of them are there, or none goes
        try:
            with remote.reaching():
                remote.http().head(url)
        except Refused as refused:  # an answer to HEAD says nothing but its status
            if refused.status == _NOT_FOUND:
                raise CommandFailed(f"{storage} has no file {path}; nothing was removed", NOT_FOUND) from refused
            raise
    what = f"remove {', '.join(paths)} from {storage} for good"
    if allowed(what, paths, yes=yes, dry_run=dry_run, json_=json_):
        for url in urls:
            with remote.reaching():
                remote.http().delete(url)
        show.done(f"Removed {', '.join(paths)}.", {"removed": paths}, json_)


def _url(storage: str, path: str) -> str:
    # What is asked for is the path as it is written: a client would take ".." for the directory above.
    if any(part in ("", ".", "..") for part in path.strip("/").split("/")):
        raise CommandFailed(f"{path!r} is no path of plain names below the storage", USAGE)
    return f"/api/v1/storages/{id_of(storage)}/files/{quote(path.strip('/'))}"


def _fetch(url: str, take: Callable[[bytes], Any]) -> int:
    """Give a file to ``take``, over as many connections as that needs; return how many bytes it has."""
    have, failures, tag = 0, 0, ""
    bar: Bar | None = None
    while True:
        # One that changed meanwhile comes whole, and is never joined to what is here.
        headers = {"Range": f"bytes={have}-", "If-Range": tag} if have else {}
        try:
            with (
                remote.reaching(),
                remote.http().stream("GET", url, headers={**headers, "Accept-Encoding": "identity"}) as answer,
            ):
                if have and answer.headers.get("Content-Range", "").partition("-")[0] != f"bytes {have}":
                    raise CommandFailed("the file changed while it was fetched: get it again", CONFLICT)
                tag, total = answer.headers["ETag"], have + int(answer.headers["Content-Length"])
                bar = bar or Bar(total, have)
                for chunk in answer.iter_bytes(CHUNK):
                    take(chunk)
                    have, failures = have + len(chunk), 0
                    bar.draw(have)
            if have == total:
                bar.end()
                return have
            raise CommandFailed(f"{have} of {total} bytes came", UNREACHABLE)
        except CommandFailed as problem:
            failures += 1
            if problem.code != UNREACHABLE or failures >= ATTEMPTS:
                if bar is not None:
                    bar.end()
                raise
            time.sleep(0.2 * 2**failures)

"""Everything below a path by rclone: a process of its own, with a configuration of its own that only we can read.

What it brought over it compares by checksum or, where the storages have none in common, by reading both sides again;
a move takes the source away after that.
"""

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from app.kernel.node import Node
from app.modules import jobs
from app.modules.data.errors import StorageCannot, StorageUnreachable
from app.modules.data.schemas import DataSettings
from app.modules.data.storage import ObjectMissing
from app.modules.data.storage._rclone_remotes import Remote, remote_of, written
from app.modules.data.storage_login import VaultLogin
from app.modules.data.storage_models import Storage as StorageRow
from app.modules.data.transfer_ends import Ends
from app.modules.data.transfer_errors import ContentDamaged, TargetTaken
from app.modules.data.transfer_ledger import Ledger, Version
from app.modules.data.transfer_models import Transfer
from app.modules.data.transfer_way import Way

_LOG_LINES = 20
_LOG_BYTES = 1024**2  # of one line
_STOP_SECONDS = 10.0
_FILES_FOR_EACH_PART = 4


async def carry_by_rclone(attempt: jobs.Attempt, row: Transfer, ends: Ends, way: Way, ledger: Ledger) -> None:
    """Bring over every file below the source's path. What is there already and the same is not sent again.

    Raises TargetTaken, StorageCannot (409), StorageUnreachable (503), ContentDamaged (502).
    """
    node = attempt.node
    if ends.target_row.quota_bytes is not None:
        raise StorageCannot(f"{ends.target_row.name} has a quota, which rclone does not know of; use our own engine")
    if ledger.version is None:
        if not way.overwrite and await way.target.list(way.target_path, limit=1):
            raise TargetTaken(f"there is something below {way.target_path} already; overwrite replaces it")
        if not await way.source.list(way.source_path, limit=1):
            raise ObjectMissing(way.source_path)
        await ledger.begin(Version(0, None, None), None, engine="rclone", bytes_total=None)
    async with _set_up(node, row, ends) as (program, flags, environment):
        source, target = f"source:{flags['source']}", f"target:{flags['target']}"
        rate = min((bucket.rate for bucket in way.buckets), default=None)
        more = [f"--transfers={way.in_flight * _FILES_FOR_EACH_PART}", "--checkers=16"]
        more += [] if rate is None else [f"--bwlimit={int(rate)}B"]
        await _run(attempt, ledger, [program, "copy", source, target, *more, *_FLAGS], environment)
        await ledger.settle()
        check = [program, "check", source, target, "--one-way", *_FLAGS]
        if row.kind == "move" or not _has_sums(ends):
            check.append("--download")
        try:
            await _run(attempt, None, check, environment)
        except StorageUnreachable as error:
            raise ContentDamaged(f"what arrived is not what was sent: {error.detail}") from error
        if row.kind == "move":
            # Not a removal of what is there by now: what came meanwhile, or changed, goes over first.
            await _run(
                attempt, None, [program, "move", source, target, "--delete-empty-src-dirs", *_FLAGS], environment
            )


_FLAGS = (
    "--use-json-log", "--stats=1s", "--stats-log-level=NOTICE", "--log-level=NOTICE", "--retries=3",
    "--low-level-retries=5", "--contimeout=20s", "--timeout=2m", "--ask-password=false", "--skip-links",
    "--exclude=.part-*",
)  # fmt: skip


@asynccontextmanager
async def _set_up(node: Node, row: Transfer, ends: Ends) -> AsyncIterator[tuple[str, dict[str, str], dict[str, str]]]:
    named = node.settings.of(DataSettings).transfers.rclone
    program = await asyncio.to_thread(shutil.which, named)
    if program is None:
        raise StorageCannot(f"the server has no {named}: install rclone, or use our own engine")
    above = node.settings.data_directory / "transfers"
    await asyncio.to_thread(above.mkdir, parents=True, exist_ok=True, mode=0o700)
    directory = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="rclone-", dir=above))  # 0700
    try:
        remotes = {
            "source": await _remote(node, ends.source_row, program, directory),
            "target": await _remote(node, ends.target_row, program, directory),
        }
        config = directory / "rclone.conf"
        await asyncio.to_thread(_write_private, config, written(remotes))
        paths = {
            "source": _joined(remotes["source"].root, row.source_path or ""),
            "target": _joined(remotes["target"].root, row.target_path or ""),
        }
        # Nothing of ours: rclone takes settings, and proxies, from its environment.
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(directory), "RCLONE_CONFIG": str(config)}
        yield program, paths, environment | {"TMPDIR": str(directory), "RCLONE_CACHE_DIR": str(directory)}
    finally:
        await asyncio.shield(asyncio.to_thread(shutil.rmtree, directory, ignore_errors=True))


async def _remote(node: Node, row: StorageRow, program: str, directory: Path) -> Remote:
    login = VaultLogin(node, row.credential_id, row.owner_id, row.name)
    remote = await remote_of(row.driver, row.settings, await login.secret(), rclone=program, directory=directory)
    if remote.dials is not None:  # it dials by itself: the house's rules decide before
        host, port = remote.dials
        await node.http.addresses_of(host, port, usual=(22, 80, 443))
    return remote


async def _run(attempt: jobs.Attempt, ledger: Ledger | None, command: list[str], environment: dict[str, str]) -> None:
    """Run rclone to its end. Raises StorageUnreachable (503) with what it said when it fails."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
        limit=_LOG_BYTES,
    )
    assert process.stderr is not None
    said: list[str] = []
    try:
        async for line in process.stderr:
            entry = _entry(line)
            stats = entry.get("stats")
            if isinstance(stats, dict):
                if ledger is not None:
                    await _tell(attempt, ledger, stats)
            elif entry.get("level") in ("error", "critical", "fatal"):
                said = [*said, str(entry.get("msg", "")).strip()[:200]][-_LOG_LINES:]
        code = await process.wait()
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), _STOP_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()
    if code:
        raise StorageUnreachable(f"rclone: {said[-1] if said else f'it ended with {code}'}")


async def _tell(attempt: jobs.Attempt, ledger: Ledger, stats: dict[str, Any]) -> None:
    done, total = int(stats.get("bytes") or 0), int(stats.get("totalBytes") or 0)
    files = int(stats.get("transfers") or 0)
    ledger.bytes_total = max(total, done) or None
    ledger.files_total = int(stats.get("totalTransfers") or 0) or None
    await ledger.moved(max(0, done - ledger.bytes_seen), files=max(0, files - ledger.files_seen))
    attempt.progress(done / total if total else None, f"{files:,} files", bytes=done)


def _entry(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {"level": "error", "msg": line.decode(errors="replace")}
    return found if isinstance(found, dict) else {}


def _has_sums(ends: Ends) -> bool:
    """Say whether rclone finds a checksum that both sides have: disks have every one, S3 and SFTP have MD5."""
    return {ends.source_row.driver, ends.target_row.driver} <= {"local", "s3", "sftp"}


def _joined(root: str, path: str) -> str:
    return f"{root.rstrip('/')}/{path}" if root else path


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)

"""Transfers as jobs with a ledger beside what copies files: cp, a loop that sums SHA-256, rclone.

Every figure of ours is from the submission to the commit that says it is complete, with both checksums, and the file
systems synced; the others sync what they wrote too. Rounds are interleaved, so that all meet the machine in one mood.
What is there already stays until the new one is whole, for all: writing into the pages a truncated file has just freed
costs a fifth of the CPU time that pages of new memory do.
"""

import argparse
import asyncio
import hashlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.jobs_stage import TEMPLATE, stage
from benchmarks.report import Row, median_row, percentile, publish

MEBIBYTE = 1024**2


class Sizes(NamedTuple):
    """How much of it."""

    rounds: int
    bytes: int
    bucket_bytes: int
    files: int
    bucket_files: int


FULL = Sizes(rounds=3, bytes=1024 * MEBIBYTE, bucket_bytes=1024 * MEBIBYTE, files=5000, bucket_files=5000)
QUICK = Sizes(rounds=2, bytes=256 * MEBIBYTE, bucket_bytes=64 * MEBIBYTE, files=5000, bucket_files=500)
TICK_SECONDS = 0.005


class Ours:
    """A node with storages in one directory; moves things between them by jobs, as people would have it."""

    def __init__(self, url: str, directory: Path) -> None:
        from app.kernel import settings
        from app.kernel.node import Node
        from app.main import MODULES

        sections = {module.name: module.settings for module in MODULES if module.settings is not None}
        flags = {"data_directory": str(directory / "data")}
        made = settings.load(sections, flags=flags, environ={}, toml_paths=())
        made.kernel.egress.allow.append("127.0.0.1")
        self.node = Node(made, MODULES, url)
        self.directory = directory

    async def storage(self, name: str, driver: str = "local", **given: object) -> str:
        """Register a storage and return its id."""
        from app.kernel.ids import new_id
        from app.modules.data.storage_models import Storage

        told = given or {"directory": str(self.directory / name)}
        at = self.node.name if driver == "local" else None
        async with self.node.database.transaction() as session:
            row = Storage(id=new_id("sto"), name=name, driver=driver, settings=told, node_name=at)
            session.add(row)
        return row.id

    async def transfer(self, source: tuple[str, str], target: tuple[str, str], *, folder: bool = False) -> float:
        """Copy and return the seconds it took."""
        from app.kernel.principal import SYSTEM
        from app.modules import data
        from app.modules.data.transfers import TRANSFERS_TOPIC

        woken = asyncio.Event()
        off = self.node.bus.on(TRANSFERS_TOPIC, woken.set)
        wanted = data.TransferCreate(
            kind="copy",
            source=data.Place(storage_id=source[0], path=source[1]),
            targets=[data.Place(storage_id=target[0], path=target[1])],
            folder=folder,
            overwrite=True,
        )
        began = time.perf_counter()
        async with self.node.database.transaction() as session:
            made = await data.submit_transfers(self.node, session, wanted, SYSTEM)
        while True:
            woken.clear()
            async with self.node.database.sessions() as session:
                row = await data.get_transfer(session, made.items[0].id or "")
            if row.state == "complete":
                off()
                return time.perf_counter() - began
            if row.state in ("failed", "cancelled"):
                raise RuntimeError(f"{row.code}: {row.error}")
            await woken.wait()


@asynccontextmanager
async def lag() -> AsyncIterator[list[float]]:
    """Measure by how much the event loop is late, in milliseconds."""
    found: list[float] = []

    async def tick() -> None:
        while True:
            due = time.perf_counter() + TICK_SECONDS
            await asyncio.sleep(TICK_SECONDS)
            found.append(max(0.0, time.perf_counter() - due) * 1000)

    ticking = asyncio.create_task(tick())
    try:
        yield found
    finally:
        ticking.cancel()


async def alone(*command: str, **environment: str) -> float:
    """Run a program and return the seconds it took."""
    began = time.perf_counter()
    await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True, env={**os.environ, **environment})
    return time.perf_counter() - began


async def synced(written: Path, *command: str, **environment: str) -> float:
    """Run a program and sync what it wrote, one file or the file system of a directory; return the seconds."""
    seconds = await alone(*command, **environment)
    return seconds + await alone("sync", *(("-f",) if written.is_dir() else ()), str(written))


async def sha256_only(source: Path, target: Path) -> float:
    """Copy in a thread, summing SHA-256, sync, and put it in the old one's place."""
    beside = target.with_suffix(".part")

    def copy() -> None:
        sums = hashlib.sha256()
        with source.open("rb", buffering=0) as reader, beside.open("wb", buffering=0) as writer:
            while chunk := reader.read(MEBIBYTE):
                sums.update(chunk)
                writer.write(chunk)
            os.fsync(writer.fileno())
        beside.replace(target)

    began = time.perf_counter()
    await asyncio.to_thread(copy)
    return time.perf_counter() - began


async def cp(source: Path, target: Path) -> float:
    """Copy with cp, sync, and put it in the old one's place."""
    beside = str(target.with_suffix(".part"))
    return await alone("cp", str(source), beside) + await alone("sync", beside) + await alone("mv", beside, str(target))


def made_file(path: Path, size: int) -> None:
    """Write a file that does not compress."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as writer:
        for _ in range(size // MEBIBYTE):
            writer.write(os.urandom(MEBIBYTE))


def made_files(path: Path, count: int) -> None:
    """Write files of 4 KiB, a hundred a directory."""
    for number in range(count):
        at = path / f"{number // 100:03}" / f"{number:05}.bin"
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_bytes(os.urandom(4096))


async def rounds(count: int, ways: dict[str, Callable[[int], Awaitable[float]]]) -> dict[str, list[float]]:
    """Run every way once before and then ``count`` times, in turns; return the seconds of each."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(count + 1):
        for name, way in ways.items():
            seconds = await way(number)
            if number:
                found[name].append(seconds)
    return found


async def local(ours: Ours, sizes: Sizes) -> list[Row]:
    """Large and small files between two directories of one disk."""
    here, there = await ours.storage("here"), await ours.storage("there")
    source, out = ours.directory / "here" / "big.bin", ours.directory / "out"
    out.mkdir()
    await asyncio.to_thread(made_file, source, sizes.bytes)
    await asyncio.to_thread(made_files, ours.directory / "here" / "small", sizes.files)
    one = ours.directory / "here" / "one.bin"
    one.write_bytes(b"1")
    alone_seconds = [await ours.transfer((here, "one.bin"), (there, "one.bin")) for _ in range(6)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    async with lag() as late:
        large = await rounds(
            sizes.rounds,
            {
                "ours": lambda n: ours.transfer((here, "big.bin"), (there, "big.bin")),
                "sha256": lambda n: sha256_only(source, out / "sha256.bin"),
                "cp": lambda n: cp(source, out / "cp.bin"),
            },
        )
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    async with lag() as late_small:
        small = await rounds(
            sizes.rounds,
            {
                "ours": lambda n: ours.transfer((here, "small"), (there, f"small{n}"), folder=True),
                "rclone": lambda n: synced(
                    out / f"small{n}",
                    *(rclone(), "copy", str(ours.directory / "here" / "small"), str(out / f"small{n}")),
                    *("--transfers", "32", "--checkers", "32"),
                ),
            },
        )
    size = sizes.bytes / MEBIBYTE
    rate = {name: [size / seconds for seconds in found] for name, found in large.items()}
    files = {name: [sizes.files / seconds for seconds in found] for name, found in small.items()}
    label = f"{size:.0f} MiB on one disk, both checksums"
    return [
        median_row("one byte, from submission to the last commit", "ms", [1000 * s for s in alone_seconds[1:]]),
        beside(label, "MiB/s", rate["ours"], rate["sha256"], "a copy with SHA-256 only", 0.9),
        beside(label, "MiB/s", rate["ours"], rate["cp"], "cp, no checksum", 0.9),
        beside(f"{sizes.files} files of 4 KiB on one disk", "files/s", files["ours"], files["rclone"], "rclone", 1.5),
        median_row("small files on one disk, synced", "files/s", files["ours"], better="higher", target=15_000),
        Row("event loop late meanwhile, p99, a large file", "ms", round(percentile(late, 0.99), 2), target=20.0),
        Row("event loop late meanwhile, p99, small files", "ms", round(percentile(late_small, 0.99), 2), target=20.0),
        Row(f"memory grown by {size:.0f} MiB in parts", "MiB", round(grown, 1), target=128.0),
    ]


async def buckets(ours: Ours, sizes: Sizes) -> list[Row]:
    """The same to and from a real S3 server, beside rclone."""
    from tests.modules.data.buckets import weed_server

    here, back = await ours.storage("files"), await ours.storage("back")
    source = ours.directory / "files"
    await asyncio.to_thread(made_file, source / "big.bin", sizes.bucket_bytes)
    await asyncio.to_thread(made_files, source / "small", sizes.bucket_files)
    async with weed_server(ours.directory / "s3", "kept") as port:
        there = await ours.storage("kept", "s3", bucket="kept", endpoint=f"http://127.0.0.1:{port}")
        remote = f":s3,provider=Other,endpoint='http://127.0.0.1:{port}':kept"

        plain = {"RCLONE_CONFIG": str(ours.directory / "no.conf")}

        async def theirs(*what: str) -> float:
            return await alone(rclone(), *what, "--transfers", "32", **plain)

        async def fetched(target: Path) -> float:
            return await synced(target, rclone(), "copyto", f"{remote}/ours.bin", str(target), **plain)

        async with lag() as late:
            up = await rounds(
                sizes.rounds,
                {
                    "ours": lambda n: ours.transfer((here, "big.bin"), (there, "ours.bin")),
                    "rclone": lambda n: theirs("copyto", str(source / "big.bin"), f"{remote}/theirs{n}.bin"),
                },
            )
            down = await rounds(
                sizes.rounds,
                {
                    "ours": lambda n: ours.transfer((there, "ours.bin"), (back, f"ours{n}.bin")),
                    "rclone": lambda n: fetched(ours.directory / f"theirs{n}.bin"),
                },
            )
            small = await rounds(
                sizes.rounds,
                {
                    "ours": lambda n: ours.transfer((here, "small"), (there, f"ours{n}"), folder=True),
                    "rclone": lambda n: theirs("copy", str(source / "small"), f"{remote}/theirs{n}"),
                },
            )
    size = sizes.bucket_bytes / MEBIBYTE
    label = f"{size:.0f} MiB"
    rows = []
    for name, found, count, unit, target in (
        (f"{label} to S3, each part vouched for", up, size, "MiB/s", 1.0),
        (f"{label} from S3", down, size, "MiB/s", 1.0),
        (f"{sizes.bucket_files} files of 4 KiB to S3", small, sizes.bucket_files, "files/s", 1.5),
    ):
        rates = {who: [count / seconds for seconds in times] for who, times in found.items()}
        rows.append(beside(name, unit, rates["ours"], rates["rclone"], "rclone", target))
    return [*rows, Row("event loop late meanwhile, p99, S3", "ms", round(percentile(late, 0.99), 2), target=20.0)]


def beside(metric: str, unit: str, ours: list[float], other: list[float], name: str, target: float) -> Row:
    """Return a row whose target is a ratio of two that ran in turns."""
    middle = sorted(other)[len(other) // 2]
    return median_row(
        metric,
        unit,
        ours,
        better="higher",
        target=target,
        target_is_ratio=True,
        other=round(middle, 2),
        other_name=name,
    )


def rclone() -> str:
    """Return where rclone is."""
    found = shutil.which("rclone", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert found is not None, "rclone is in the development dependencies: make setup"
    return found


async def measure(sizes: Sizes) -> list[Row]:
    """Run all of it."""
    with tempfile.TemporaryDirectory(prefix="stormbell-bench-") as directory:
        async with stage(Path(directory)) as made, made.database("ours", template=TEMPLATE) as database:
            ours = Ours(made.engine_url(database), Path(directory))
            await ours.node.start()
            try:
                return [*await local(ours, sizes), *await buckets(ours, sizes)]
            finally:
                await ours.node.stop()


def main() -> int:
    """Measure, print, and fail when a target was missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    return publish("data", asyncio.run(measure(QUICK if arguments.quick else FULL)), as_json=arguments.json)


if __name__ == "__main__":
    sys.exit(main())

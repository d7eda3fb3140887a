"""The log: what a record costs who writes it, and how long one of ten million takes to be found.

Run: python -m benchmarks.logging [--quick] [--json] [--records 10000000] [--keep DIRECTORY]

Writing, beside logging.QueueHandler with a FileHandler: through the public call with three identifiers and three
values, and at the writer alone. Finding, beside grep (of the same lines unpacked) and zgrep (of the packed ones):
by object, by time, by text, each newest first and one page of fifty, every hit judged as a request's is. Of the objects
a third have all their records in one segment, a third three together, a third ten records in ten segments. Half of the
words looked for are rare, a fifth are nowhere. Packing is what the node does in the background. Each row says its n.
The segments are packed as they are made, so ten million records never take more than 450 MB.
"""

import argparse
import logging
import logging.handlers
import os
import queue
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog

from app.kernel import logs
from app.kernel.ids import new_id
from app.kernel.lane import BATCH_RECORDS
from app.kernel.segments import SegmentSink
from app.modules.logging.log_query import LogQuery
from app.modules.logging.packing import pack
from app.modules.logging.records import Stream, search, segments_at
from benchmarks.report import Row, median_row, percentile, publish

SEGMENT_RECORDS = 60_000  # some 16 MiB
SPREAD_EVERY = 50  # so many records apart one names a data set
SPREAD_TIMES = 10  # records a data set is named in, wherever they are
START = datetime(2026, 1, 1, tzinfo=UTC)
MESSAGES = ["job finished", "job begun", "stage began", "stage ended", "request answered", "data set placed"] * 8 + [
    "loop failed",
    "transfer went on after a break",
    "connection refused by the machine",
    "poll took long",
]
MODULES = ("jobs", "data", "ingest")
SOME = {"kind": "wait", "duration_seconds": 0.0123, "attempt": 2}


def main() -> int:
    """Measure and publish."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--records", type=int)
    parser.add_argument("--keep", type=Path, help="leave the packed segments here, or use those that are there")
    arguments = parser.parse_args()
    count = arguments.records or (1_000_000 if arguments.quick else 10_000_000)
    rounds = 5 if arguments.quick else 9
    with tempfile.TemporaryDirectory(prefix="stormbell-bench-") as scratch:
        rows = [*writing(Path(scratch), rounds)]
        store = arguments.keep or Path(scratch) / "store"
        rows += finding(store, Path(scratch), count, quick=arguments.quick)
    return publish("logging", rows, as_json=arguments.json)


def writing(scratch: Path, rounds: int) -> Iterator[Row]:
    """Ours and the standard library's, in turns."""
    ours, theirs, writer, most = [], [], [], []
    for number in range(rounds):
        ours.append(_public(scratch / f"ours-{number}"))
        theirs.append(_standard(scratch / f"theirs-{number}.log"))
        writer.append(_writer(scratch / f"writer-{number}", 0))
        most.append(_writer(scratch / f"secrets-{number}", 500))
    calls, standard = [1e6 / rate for rate, *_ in ours], [1e6 / rate for rate, _ in theirs]
    yield median_row(
        "a public logging call, to the disk", "us", calls, target=15, other=round(statistics.median(standard), 2),
        other_name="QueueHandler + FileHandler, no context, no JSON, no sync",
    )  # fmt: skip
    yield median_row(
        "records through the public call", "1/s", [rate for rate, *_ in ours], target=60_000, better="higher"
    )
    yield median_row("  CPU of it, all threads", "us", [cpu for _, cpu, _ in ours], target=15)
    yield median_row("  CPU of it, the caller's thread", "us", [cpu for _, _, cpu in ours])
    yield median_row("records at the writer", "1/s", writer, target=200_000, better="higher")
    yield median_row("records at the writer with 500 secrets to look for", "1/s", most)


def _public(directory: Path, count: int = 9_000) -> tuple[float, float, float]:
    """Return (records a second from call to disk, CPU µs a record, of them the caller's): what the queue holds."""
    writer = logs.configure("info", directory, console=False, node_name="bench", boot_id="boot_bench")
    log = structlog.get_logger("app.modules.jobs.worker")
    job, incident, request = new_id("job"), new_id("inc"), new_id("req")
    with structlog.contextvars.bound_contextvars(request_id=request, incident_id=incident):
        log.info("warm", job_id=job, **SOME)
        assert writer.flush()
        cpu, own, began_at = time.process_time(), time.thread_time(), time.perf_counter()
        for _ in range(count):
            log.info("job finished", job_id=job, **SOME)
        own = time.thread_time() - own
        assert writer.flush(60)
        seconds, used = time.perf_counter() - began_at, time.process_time() - cpu
    assert writer.dropped_count == 0
    writer.close()
    shutil.rmtree(directory)
    return count / seconds, used / count * 1e6, own / count * 1e6


def _standard(path: Path, count: int = 9_000) -> tuple[float, float]:
    lines: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    file = logging.FileHandler(path)
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    listener = logging.handlers.QueueListener(lines, file)
    log = logging.Logger("bench", logging.INFO)
    log.addHandler(logging.handlers.QueueHandler(lines))
    listener.start()
    cpu, began_at = time.process_time(), time.perf_counter()
    for _ in range(count):
        log.info("job finished job_id=%s incident_id=%s attempt=%d", "job_1", "inc_1", 2)
    listener.stop()
    seconds, used = time.perf_counter() - began_at, time.process_time() - cpu
    file.close()
    path.unlink()
    return count / seconds, used / count * 1e6


def _writer(directory: Path, secrets: int, count: int = 200_000) -> float:
    """Return records a second of the writer's thread alone: redacted, written, synced."""
    from app.kernel import redaction

    before = redaction._lasting, redaction._search
    for number in range(secrets):
        redaction.register_secret(f"{number:06}{os.urandom(16).hex()}")
    record = logs.shape("app.modules.jobs.worker", "info", "job finished", {"job_id": new_id("job"), **SOME})
    line = logs.encode(record)
    sink = SegmentSink(
        directory, "boot_bench", lambda message, data: logs.encode(logs.shape("x", "info", message, data))
    )
    batch = [line] * BATCH_RECORDS
    began_at = time.perf_counter()
    for _ in range(count // BATCH_RECORDS):
        sink.take(list(batch), 0)
    assert sink.settle()
    seconds = time.perf_counter() - began_at
    sink.close()
    shutil.rmtree(directory)
    redaction._lasting, redaction._search = before
    return count / seconds


def finding(store: Path, scratch: Path, count: int, *, quick: bool) -> Iterator[Row]:
    """Search ``count`` records in packed segments."""
    segments = -(-count // SEGMENT_RECORDS)
    store.mkdir(parents=True, exist_ok=True)
    missing = [n for n in range(segments) if not (store / f"{_stem(n)}.ndjson.gz").exists()]
    with ProcessPoolExecutor() as workers:
        packing = list(workers.map(partial(_fill, store, segments * SEGMENT_RECORDS), missing))
    if packing:
        yield median_row("packing a record, in the background", "us", packing)
    files = segments_at(store)
    packed = sum(path.stat().st_size for path in store.glob("*.ndjson.gz"))
    index = sum(path.stat().st_size for path in store.glob("*.idx"))
    total = segments * SEGMENT_RECORDS
    yield Row(f"packed bytes a record, of {total:,}", "B", round(packed / total, 1), n=total)
    yield Row("index bytes a record", "B", round(index / total, 1), n=total)
    streams = [Stream("bench", files)]
    chance = random.Random(7)
    tries = 60 if quick else 200
    _timed(streams, LogQuery(text="warms the indexes up"))
    end = START + timedelta(milliseconds=total)
    objects = [LogQuery(objects=(_incident(chance.randrange(segments)),)) for _ in range(tries)]
    objects += [LogQuery(job_id=_job(chance.randrange(total))) for _ in range(tries)]
    spread = [LogQuery(objects=(_dataset(chance.randrange(total), total),)) for _ in range(tries)]
    times = [
        LogQuery(until=START + timedelta(milliseconds=chance.randrange(total)), level=chance.choice(["info", "error"]))
        for _ in range(tries)
    ]
    texts = [
        *[f"out-{chance.randrange(total)}.nc" for _ in range(tries // 4)],
        *[f"node{chance.randrange(5000)} refused" for _ in range(tries // 4)],
        *["refused by the", "TOOK LONG", "went on after", "stage"] * (tries // 16),
        *[f"{random.Random(n).randbytes(4).hex()} nowhere" for n in range(tries // 5)],
    ]
    yield _found("an object's records, p95", streams, objects + spread, 50)
    yield _found("  of one in ten segments, p95", streams, spread, 50)
    yield _found("a moment's records, p95", streams, times, 50)
    yield _found("records by text, p95", streams, [LogQuery(text=text) for text in texts], 1_000)
    window = end - timedelta(milliseconds=total // 10)
    yield _found("records by text in a tenth of the time, p95", streams,
                 [LogQuery(text=text, since=window) for text in texts], None)  # fmt: skip
    yield from _peers(store, scratch, segments)


def _found(metric: str, streams: list[Stream], queries: list[LogQuery], target: float | None) -> Row:
    took = [_timed(streams, query) * 1000 for query in queries]
    return Row(
        metric,
        "ms",
        round(percentile(took, 0.95), 2),
        target=target,
        least=round(min(took), 2),
        most=round(max(took), 2),
        n=len(took),
    )


def _timed(streams: list[Stream], query: LogQuery) -> float:
    """Return the seconds until a whole answer is there, going on where a page ended early."""
    began_at = time.perf_counter()
    cursor, found = None, 0
    while found < 50:
        page = search(streams, query, cursor, 50 - found)
        found += len(page.items)
        if (cursor := page.next_cursor) is None:
            break
    return time.perf_counter() - began_at


def _peers(store: Path, scratch: Path, segments: int) -> Iterator[Row]:
    """grep and zgrep over at most ten segments, scaled: they read everything, so their time is by the byte."""
    some = segments_at(store)[: min(10, segments)]
    plain = scratch / "plain"
    plain.mkdir()
    for segment in some:
        assert segment.packed is not None
        with (plain / f"{segment.stem}.ndjson").open("wb") as out:
            subprocess.run(["zcat", str(segment.packed)], stdout=out, check=True)
    scale = segments / len(some)
    for name, command in (
        ("grep -iF, unpacked and in memory", ["grep", "-rciF", "nothing like it", str(plain)]),
        ("zgrep -iF", ["zgrep", "-ciF", "nothing like it", *[str(s.packed) for s in some]]),
    ):
        for _ in range(2):  # the second finds the files in memory
            began_at = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
            took = time.perf_counter() - began_at
        yield Row(f"{name}, scaled to all", "ms", round(took * scale * 1000, 1), n=len(some))


def _fill(store: Path, total: int, number: int) -> float:
    """Write and pack one segment; return the µs a record that packing took."""
    chance = random.Random(number)
    first = number * SEGMENT_RECORDS
    levels = chance.choices(["info", "error"], [97, 3], k=SEGMENT_RECORDS)
    messages = chance.choices(MESSAGES, k=SEGMENT_RECORDS)
    incident, second, prefix = _incident(number), -1, ""
    lines = []
    for at, level, message in zip(range(first, first + SEGMENT_RECORDS), levels, messages, strict=True):
        if at // 1000 != second:
            second = at // 1000
            prefix = (START + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S.")
        more = f',"path":"/data/runs/{at // 100}/out-{at}.nc"' if at % 5 == 0 else ""
        if at % SPREAD_EVERY == 0:
            more += f',"dataset_id":"{_dataset(at, total)}"'
        if "machine" in message:
            message = f"node{chance.randrange(5000)} refused by the machine"
        # What logs.encode writes, without its 2 µs: ten million times that is the better part of a minute.
        lines.append(
            f'{{"at":"{prefix}{at % 1000:03}000Z","level":"{level}","module":"{MODULES[at % 3]}",'
            f'"request_id":"{new_id("req")}","job_id":"{_job(at)}","incident_id":"{incident}","node":"bench",'
            f'"message":"{message}","data":{{"kind":"wait","attempt":{at % 3},'
            f'"duration_seconds":{round(chance.random(), 6)}{more}}}}}\n'
        )
    path = store / f"{_stem(number)}.ndjson"
    path.write_text("".join(lines))
    began_at = time.perf_counter()
    pack(path)
    return (time.perf_counter() - began_at) / SEGMENT_RECORDS * 1e6


def _stem(number: int) -> str:
    return f"{START + timedelta(milliseconds=number * SEGMENT_RECORDS):%Y%m%dT%H%M%S}-boot_bench"


def _job(number: int) -> str:
    # Three records a job.
    return f"job_{number // 3:026d}"


def _dataset(number: int, total: int) -> str:
    # Each comes back when all others had their turn: ten records, a tenth of all apart.
    datasets = total // SPREAD_EVERY // SPREAD_TIMES
    return f"dst_{number // SPREAD_EVERY % datasets:026d}"


def _incident(number: int) -> str:
    return f"inc_{number:026d}"


if __name__ == "__main__":
    sys.exit(main())

"""The log writer: nothing gets lost that was flushed, nothing gets in that acts, nothing gets out that is secret."""

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog

from app.kernel import console, logs, redaction
from app.kernel.lane import QUEUE_RECORDS, Lane
from app.kernel.log_records import MESSAGE_CHARACTERS
from app.kernel.redaction import REDACTED, redact_line
from app.kernel.segments import PENDING_RECORDS, SegmentSink, is_being_written, segments_in

log = structlog.get_logger("app.modules.jobs.worker")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "logs"


@pytest.fixture
def writer(directory: Path) -> Iterator[logs.LogWriter]:
    made = logs.configure("info", directory, console=False, node_name="heron", boot_id="boot_A")
    yield made
    made.close()
    structlog.contextvars.clear_contextvars()


def records(directory: Path) -> list[dict[str, Any]]:
    """Return every record but the headers of segments."""
    found = [json.loads(line) for path in segments_in(directory) for line in path.read_text().splitlines()]
    return [record for record in found if record["message"] != "log segment opened"]


def test_a_record_has_its_identifiers_beside_the_message(writer: logs.LogWriter, directory: Path) -> None:
    structlog.contextvars.bind_contextvars(incident_id="inc_1", stage="forecast", extra=7)
    log.info("stage began", attempt=2, job_id="job_1")
    assert writer.flush()
    [record] = records(directory)
    at = datetime.fromisoformat(record.pop("at"))
    assert abs((datetime.now(UTC) - at).total_seconds()) < 60
    assert record == {
        "level": "info",
        "module": "jobs",
        "message": "stage began",
        "job_id": "job_1",
        "incident_id": "inc_1",
        "stage": "forecast",
        "data": {"attempt": 2, "extra": 7},
        "node": "heron",
    }


def test_the_level_is_the_least_severity(writer: logs.LogWriter, directory: Path) -> None:
    log.debug("no")
    logging.getLogger("some.library").debug("no")
    logging.getLogger("httpx").info("no")
    log.warning("yes")
    assert writer.flush()
    assert [r["message"] for r in records(directory)] == ["yes"]


def test_stdlib_records_and_exceptions_are_captured(writer: logs.LogWriter, directory: Path) -> None:
    structlog.contextvars.bind_contextvars(request_id="req_1")
    try:
        raise ValueError("no such thing")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("it %s", "broke")
        log.exception("ours too")
    assert writer.flush()
    theirs, ours = records(directory)
    assert (theirs["module"], theirs["level"], theirs["message"]) == ("uvicorn", "error", "it broke")
    assert theirs["request_id"] == ours["request_id"] == "req_1"
    for record in (theirs, ours):
        assert record["data"]["exception"].endswith("ValueError: no such thing")


@pytest.mark.security("S25")
def test_a_hostile_value_stays_one_record_of_plain_text(
    writer: logs.LogWriter, directory: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    forged = 'x\r\n{"level":"critical","message":"forged"}\n\x1b[2J\x9b31m\u202e\u2028\x00\x7f'
    log.info(forged, name=forged, **{forged: 1})
    assert writer.flush()
    raw = segments_in(directory)[0].read_bytes()
    assert raw.count(b"\n") == 2
    assert not set(raw) & (set(range(32)) - {10})
    [record] = records(directory)
    assert record["message"] == forged
    assert record["data"] == {"name": forged, forged: 1}
    shown = console.render(raw.splitlines()[1], colour=False)
    assert shown.count("\n") == 1
    assert shown.strip("\n").isprintable()
    assert capfd.readouterr() == ("", "")


def test_values_json_cannot_hold_are_written_as_text(writer: logs.LogWriter, directory: Path) -> None:
    circular: dict[str, Any] = {}
    circular["self"] = circular
    log.info("odd", huge=2**200, path=Path("/x"), broken="\ud800", when=datetime(2026, 1, 1, tzinfo=UTC))
    log.info("very odd", circular={"a": [object()]}, set={1}, keys={1: 2, None: 3})
    log.info("long", text="y" * 200_000)
    log.info("m" * 100_000)
    assert writer.flush()
    odd, _very, long, message = records(directory)
    assert odd["data"]["huge"] == str(2**200)
    assert len(json.dumps(long)) < 20_000
    assert long["data"]["cut"]
    assert len(message["message"]) == MESSAGE_CHARACTERS


def test_a_circular_value_does_not_reach_the_caller(writer: logs.LogWriter, directory: Path) -> None:
    circular: dict[str, Any] = {}
    circular["self"] = circular
    log.info("circular", value=circular)
    log.info("after")
    assert writer.flush()
    assert [r["message"] for r in records(directory)] == ["circular", "after"]


@pytest.mark.security("S25")
def test_secrets_are_replaced_by_value_wherever_they_hide(writer: logs.LogWriter, directory: Path) -> None:
    secret = 'p"ss wörd\\42'
    logs.register_secret(secret)
    logs.register_secret("level")  # part of the record's frame: cannot be hidden without breaking every line
    logs.register_secret("abc")  # too short to be one
    log.info(f"connecting with {secret}", url=f"https://u:{secret}@h/", nested=[{"a": secret}], abc="abc")
    log.info("url", url="postgresql://stormbell:hunter2@db/x", quoted="p%22ss%20w%C3%B6rd%5C42")
    log.info("token sb_0123456789abcdefABCDEF in a message")
    try:
        raise ConnectionError(f"denied: {secret}")
    except ConnectionError:
        log.exception("failed")
    assert writer.flush()
    text = segments_in(directory)[0].read_text()
    for part in (secret, "hunter2", "0123456789abcdef", "p%22ss", "wörd"):
        assert part not in text
    assert text.count(REDACTED) >= 6
    assert '"abc":"abc"' in text
    assert len(records(directory)) == 4


def test_secrets_are_replaced_by_the_name_of_their_key(writer: logs.LogWriter, directory: Path) -> None:
    names = ["password", "db_password", "Authorization", "cookie", "api_key", "apikey", "secret", "sb_token", "tokens"]
    log.info("x", **dict.fromkeys(names, "v"), nested={"private_key": "v", "token_id": "tok_1"}, token_count=3)
    assert writer.flush()
    [record] = records(directory)
    data = record["data"]
    # By their values: another test may have had a secret that is the name of one of these keys.
    assert {value for name, value in data.items() if name not in ("nested", "token_count")} == {REDACTED}
    assert data["nested"] == {"private_key": REDACTED, "token_id": "tok_1"}
    assert data["token_count"] == 3


def test_segments_rotate_by_size_and_sort_by_time(directory: Path) -> None:
    made = logs.LogWriter(directory, console=False, node_name="n", boot_id="boot_A", segment_bytes=2_000)
    for number in range(100):
        made.put(logs.shape("app.x", "info", f"record {number:03}", {"pad": "p" * 100}))
        if number % 10 == 9:
            assert made.flush()
    made.close()
    paths = segments_in(directory)
    assert len(paths) >= 8
    assert all(path.name.endswith("-boot_A.ndjson") for path in paths)
    assert [r["message"] for r in records(directory)] == [f"record {n:03}" for n in range(100)]
    for path in paths:
        first = json.loads(path.read_text().splitlines()[0])
        assert (first["message"], first["data"]) == ("log segment opened", {"boot_id": "boot_A"})


def test_a_flood_is_counted_and_said_and_errors_still_get_in(directory: Path) -> None:
    release, entered = threading.Event(), threading.Event()

    class Stuck(SegmentSink):
        def take(self, lines: list[bytes], dropped: int) -> None:
            entered.set()
            assert release.wait(30)
            super().take(lines, dropped)

    sink = Stuck(directory, "boot_A", lambda message, data: logs.encode(logs.shape("k", "warning", message, data)))
    lane = Lane("test", sink)
    lane.put(logs.encode(logs.shape("x", "info", "first", {})), urgent=False)
    assert entered.wait(30)
    line = logs.encode(logs.shape("x", "info", "flood", {}))
    for _ in range(QUEUE_RECORDS + 500):
        lane.put(line, urgent=False)
    lane.put(logs.encode(logs.shape("x", "error", "why", {})), urgent=True)
    assert lane.dropped_count == 500
    release.set()
    assert lane.flush(30)
    lane.close(30)
    messages = [r["message"] for r in records(directory)]
    assert messages.count("flood") == QUEUE_RECORDS
    assert "why" in messages
    [said] = [r for r in records(directory) if r["message"] == "log records dropped"]
    assert said["data"] == {"count": 500}


@pytest.mark.security("S25")
def test_many_secrets_are_found_wherever_they_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "_lasting", frozenset())
    monkeypatch.setattr(redaction, "_search", ((), frozenset(), ()))
    secrets = [f"{number:04}-Kq7!{'x' * (number % 30)}" for number in range(200)]
    for secret in secrets:
        logs.register_secret(secret)
    assert redaction._search[1], "so many are looked up by their words"
    for at in range(20):
        lines = b"".join(
            b"%b %b %b\n" % (b"." * at, secret.encode(), b"." * (number % 9)) for number, secret in enumerate(secrets)
        )
        shown = redact_line(lines)
        assert b"Kq7" not in shown
        assert shown.count(REDACTED.encode()) == len(secrets)
    assert redact_line(b"nothing here" * 100) == b"nothing here" * 100
    assert redact_line(b"") == b""


@pytest.mark.security("S25")
def test_a_cut_leaves_no_half_of_a_secret(writer: logs.LogWriter, directory: Path) -> None:
    secret = "s3cr3t-" + "q" * 40
    logs.register_secret(secret)
    log.info("m" * (MESSAGE_CHARACTERS - 20) + secret)
    for lead in range(2_960, 3_000, 7):
        log.info("x", value="v" * lead + secret + "w" * 20_000)
    assert writer.flush()
    assert "qqq" not in segments_in(directory)[0].read_text()


def test_a_segment_is_closed_at_its_age_and_known_while_it_is_written(directory: Path) -> None:
    made = logs.LogWriter(directory, console=False, node_name="n", boot_id="boot_A")
    made.put(logs.shape("app.x", "info", "one", {}))
    assert made.flush()
    [first] = segments_in(directory)
    assert is_being_written(first)
    made.keep(reserve_bytes=0, segment_seconds=0.0)
    made.put(logs.shape("app.x", "info", "two", {}))
    assert made.flush()
    until(lambda: not is_being_written(first))
    made.keep(reserve_bytes=0, segment_seconds=None)
    made.put(logs.shape("app.x", "info", "three", {}))
    assert made.flush()
    assert [is_being_written(path) for path in segments_in(directory)] == [False, True]
    made.close()
    assert not any(is_being_written(path) for path in segments_in(directory))
    assert [r["message"] for r in records(directory)] == ["one", "two", "three"]
    assert not is_being_written(directory / "none.ndjson")


def test_the_last_of_the_disk_is_left_to_others(directory: Path) -> None:
    made = logs.LogWriter(directory, console=False, node_name="n", boot_id="boot_A")
    made.put(logs.shape("app.x", "info", "before", {}))
    assert made.flush()
    made.keep(reserve_bytes=2**62, segment_seconds=0.0)
    made.put(logs.shape("app.x", "info", "closes the segment", {}))
    assert made.flush()
    until(lambda: not is_being_written(segments_in(directory)[0]))
    made.put(logs.shape("app.x", "error", "while", {}))
    until(lambda: made.trouble is not None)
    assert "MiB are free" in str(made.trouble)
    assert not made.flush(0.1)
    made.keep(reserve_bytes=1, segment_seconds=None)
    assert made.flush(10)
    assert made.trouble is None
    made.close()
    assert [r["message"] for r in records(directory)] == ["before", "closes the segment", "while"]


def test_a_tap_sees_what_was_written_redacted(writer: logs.LogWriter) -> None:
    logs.register_secret("hunter2-hunter2")
    seen: list[bytes] = []
    writer.tap(seen.append)
    log.info("one", value="hunter2-hunter2")
    assert writer.flush()
    writer.tap(None)
    log.info("two")
    assert writer.flush()
    text = b"".join(seen)
    assert b'"one"' in text
    assert b'"two"' not in text
    assert b"hunter2" not in text


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from app.kernel import logs
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
writer = logs.configure("info", Path(sys.argv[1]), console=False, node_name="n", boot_id="boot_A")
import structlog
log = structlog.get_logger("app.x")
for number in range(10):
    log.info("before", number=number)
assert writer.flush()
used = next(Path(sys.argv[1]).iterdir()).stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (used + 700, resource.RLIM_INFINITY))
for number in range(50):
    log.info("while", number=number)
assert not writer.flush(0.3)
print(writer.trouble, flush=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert writer.flush(10)
print(writer.trouble, writer.dropped_count, flush=True)
writer.close()
"""


def test_a_disk_that_refuses_is_told_and_tried_again(directory: Path) -> None:
    done = run(FULL_DISK, directory)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["log records cannot be written: File too large", "None 0"]
    assert [(r["message"], r["data"]["number"]) for r in records(directory)] == [
        *(("before", n) for n in range(10)),
        *(("while", n) for n in range(50)),
    ]


def test_what_a_refusing_disk_leaves_behind_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the directory should be")
    sink = SegmentSink(
        tmp_path / "logs", "boot_A", lambda message, data: logs.encode(logs.shape("k", "warning", message, data))
    )
    line = logs.encode(logs.shape("x", "info", "m", {}))
    for _ in range(3):
        sink.take([line] * PENDING_RECORDS, 0)
    assert sink.trouble is not None
    assert sink.dropped_count >= 2 * PENDING_RECORDS
    assert not sink.settle()


CRASH = """
import sys, threading
from pathlib import Path
import structlog
from app.kernel import logs
writer = logs.configure("info", Path(sys.argv[1]), console=False, node_name="n", boot_id="boot_A")
log = structlog.get_logger("app.x")
number = 0
while True:
    for _ in range(20):
        log.info("record", number=number, pad="p" * (number % 300))
        number += 1
    if number % 200 == 0:
        assert writer.flush()
        print(number, flush=True)
"""


@pytest.mark.chaos
@pytest.mark.parametrize("rounds", [3, 11, 40])
def test_what_was_flushed_survives_kill_9(directory: Path, rounds: int) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", CRASH, str(directory)], stdout=subprocess.PIPE, text=True, env=environment()
    )
    assert child.stdout is not None
    for _ in range(rounds):
        acknowledged = int(child.stdout.readline())
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    [path] = segments_in(directory)
    lines = path.read_bytes().split(b"\n")
    numbers = [json.loads(line)["data"]["number"] for line in lines[1:-1]]  # all but a torn tail parse
    assert numbers == list(range(len(numbers)))
    assert len(numbers) >= acknowledged


def test_the_next_boot_writes_its_own_file(directory: Path) -> None:
    for boot in ("boot_A", "boot_B"):
        made = logs.configure("info", directory, console=False, node_name="n", boot_id=boot)
        log.info("from", boot=boot)
        made.close()
    assert [p.stem.partition("-")[2] for p in segments_in(directory)] == ["boot_A", "boot_B"]


CONSOLE = """
import sys
import structlog
from app.kernel import logs
writer = logs.configure("info", None, console=True, node_name="n", boot_id="boot_A")
log = structlog.get_logger("app.modules.data.x")
log.info("placed", bytes=12, name="a b", incident_id="inc_1")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("bad")
def fail():
    raise RuntimeError("in a thread\\n\\x1b[31m")
import threading
thread = threading.Thread(target=fail, name="t1")
thread.start()
thread.join()
writer.close()
structlog.get_logger("app").warning("after the end")
raise KeyError("uncaught")
"""


def test_the_console_is_stderr_only_and_plain_when_no_terminal(directory: Path) -> None:
    done = run(CONSOLE, directory)
    assert done.stdout == ""
    assert "\x1b" not in done.stderr
    lines = done.stderr.splitlines()
    assert lines[0].endswith('info     data       placed  incident_id=inc_1 bytes=12 name="a b"')
    assert "    | ZeroDivisionError: division by zero" in lines
    assert "    | RuntimeError: in a thread" in lines
    assert any("warning  app        after the end" in line for line in lines)


def test_colour_needs_a_terminal_and_no_wish_against_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    stream: Any = Terminal()
    assert console.wants_colour(stream)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not console.wants_colour(stream)
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not console.wants_colour(stream)


def until(condition: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}


def run(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment(),
    )

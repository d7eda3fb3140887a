"""A segment that is just being opened: whoever looks for finished ones never meets it unlocked."""

import errno
import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.kernel import logs
from app.kernel.segments import SegmentSink, is_being_written, segments_in

lock = fcntl.flock


def sink_in(directory: Path) -> SegmentSink:
    """Return a sink that begins a segment with every turn."""

    def note(message: str, data: dict[str, object]) -> bytes:
        return logs.encode(logs.shape("app.kernel.segments", "info", message, data))

    return SegmentSink(directory, "boot_A", note, segment_bytes=1)


def line(number: int) -> bytes:
    return logs.encode(logs.shape("app.x", "info", "record", {"number": number}))


def numbers_in(directory: Path) -> list[int]:
    found = [json.loads(text) for path in segments_in(directory) for text in path.read_text().splitlines()]
    return [record["data"]["number"] for record in found if record["message"] == "record"]


def before_each_lock(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], None]) -> None:
    """Let ``meanwhile`` happen between the making of a segment and its lock."""

    def slow_lock(descriptor: int, operation: int) -> None:
        if operation & fcntl.LOCK_EX:
            meanwhile()
        lock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", slow_lock)


def test_a_segment_that_is_being_opened_does_not_look_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed: list[bytes] = []

    def packer_looks() -> None:
        for path in segments_in(tmp_path):
            if not is_being_written(path):
                packed.append(path.read_bytes())
                path.unlink()

    before_each_lock(monkeypatch, packer_looks)
    sink = sink_in(tmp_path)
    for number in range(3):
        sink.take([line(number)], 0)
    assert sink.settle()
    sink.close()
    packer_looks()
    assert [json.loads(text)["data"].get("number") for segment in packed for text in segment.splitlines()] == [
        None, 0, None, 1, None, 2,
    ]  # fmt: skip
    assert sink.dropped_count == 0


def test_a_look_at_a_segment_that_is_being_opened_holds_up_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []

    def packer_asks() -> None:
        for path in segments_in(tmp_path):
            held.append(os.open(path, os.O_RDONLY))
            lock(held[-1], fcntl.LOCK_SH | fcntl.LOCK_NB)

    sink = sink_in(tmp_path)
    sink.take([line(0)], 0)
    assert sink.settle()
    sink.close()
    before_each_lock(monkeypatch, packer_asks)
    sink.take([line(1)], 0)
    assert sink.trouble is None
    assert is_being_written(segments_in(tmp_path)[-1])
    sink.close()
    for descriptor in held:
        os.close(descriptor)
    assert numbers_in(tmp_path) == [0, 1]


def test_a_segment_that_cannot_be_locked_is_not_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sink = sink_in(tmp_path)
    sink.take([line(0)], 0)
    assert sink.settle()

    def no_locks() -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    before_each_lock(monkeypatch, no_locks)
    sink.take([line(1)], 0)
    assert sink.trouble == "log records cannot be written: No locks available"
    [first] = tmp_path.iterdir()
    monkeypatch.undo()
    assert not is_being_written(first)
    # The next try comes by itself a second later; settling asks for no turn, so it is made here.
    sink.trouble = None
    assert sink.settle()
    sink.close()
    assert numbers_in(tmp_path) == [0, 1]
    assert [b"\0" in path.read_bytes() for path in segments_in(tmp_path)] == [False, False]

"""The checker of the chaos tests finds what is planted, and nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest
from history import End, Event, Recorder, Verdict, check, read

# One job that was lost once and succeeded in its second attempt, one that waits, one that was cancelled.
EVENTS = [
    Event("enqueued", "a", at=1),
    Event("started", "a", 1, "boot_1", at=2),
    Event("started", "a", 2, "boot_2", at=5),
    Event("effect", "a", 2, "boot_2", at=6),
    Event("enqueued", "b", at=1),
    Event("enqueued", "c", at=1),
    Event("started", "c", 1, "boot_1", at=2),
]
ENDS = [
    End("a", "succeeded", 2, 7, "noon"),
    End("c", "cancelled", 1, 7, "noon"),
    End("b", None, 0, 7, waits="its time"),
    End("a", "succeeded", 2, 9, "noon"),
    End("c", "cancelled", 1, 9, "noon"),
    End("b", None, 0, 9, waits="its time"),
]


def verdict(*more: Event, ends: list[End] = ENDS) -> Verdict:
    return check([*EVENTS, *more], ends, waiting_is_fine=True)


def test_a_good_history_holds() -> None:
    found = verdict()
    found.hold()
    assert (found.enqueued, found.ended, found.waiting, found.starts, found.effects) == (
        3,
        {"succeeded": 1, "cancelled": 1},
        1,
        3,
        1,
    )


@pytest.mark.parametrize(
    ("broken", "planted"),
    [
        ("lost", verdict(Event("enqueued", "d", at=3))),
        ("lost", check(EVENTS, ENDS)),  # b waits, and here nothing may
        ("lost", verdict(ends=[replace(end, waits="") for end in ENDS])),
        ("twice", verdict(Event("effect", "a", 2, "boot_2", at=6.5))),
        ("fenced", verdict(Event("effect", "a", 1, "boot_1", at=7))),
        ("fenced", verdict(Event("effect", "c", 1, "boot_1", at=3))),
        ("fenced", verdict(Event("effect", "b", 1, "boot_1", at=3))),
        ("disordered", verdict(Event("started", "a", 2, "boot_3", at=6))),
        ("disordered", verdict(Event("started", "a", 1, "boot_3", at=6))),
        ("disordered", verdict(Event("started", "c", 2, "boot_3", at=6))),
        ("changed", verdict(Event("started", "a", 3, "boot_3", at=8))),
        ("changed", verdict(ends=[*ENDS, replace(ENDS[1], seen_at=9, state="failed")])),
        ("changed", verdict(ends=[*ENDS, replace(ENDS[0], seen_at=9, attempt=3)])),
        ("changed", verdict(ends=[*ENDS, replace(ENDS[0], seen_at=9, finished_at="one")])),
        ("changed", verdict(ends=[*ENDS, replace(ENDS[0], seen_at=9.5, state=None)])),
        ("changed", verdict(ends=[end for end in ENDS if (end.job_id, end.seen_at) != ("c", 9)])),
    ],
)
def test_a_planted_violation_is_found(broken: str, planted: Verdict) -> None:
    assert getattr(planted, broken), planted
    with pytest.raises(AssertionError, match=broken):
        planted.hold()


def test_a_line_cut_short_never_happened(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "history")
    recorder.add(EVENTS[0])
    recorder.add(EVENTS[1])
    recorder.close()
    with (tmp_path / "history").open("a") as file:
        file.write('{"what": "started", "job')
    assert read(tmp_path / "history") == EVENTS[:2]
    assert read(tmp_path / "nothing") == []

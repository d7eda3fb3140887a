"""Numbers and times as people read them, and what follows a growing text."""

from datetime import UTC, datetime, timedelta

import pytest

from app.cli import show, units
from app.cli.problems import CommandFailed
from app.cli.simulations import added

NUMBERED = "".join(f"line {number}\n" for number in range(2000))
NOW = datetime(2026, 2, 6, 13, 56, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (1234, "1.23 kB"),
        (45_600, "45.6 kB"),
        (999_499, "999 kB"),
        (999_500, "1 MB"),
        (1_073_741_824, "1.07 GB"),
        (None, ""),
    ],
)
def test_sizes(count: int | None, text: str) -> None:
    assert units.size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.0004, "1 ms"),
        (0.038, "38 ms"),
        (0.29, "290 ms"),
        (0.9996, "999 ms"),
        (2.14, "2.1 s"),
        (2.3, "2.3 s"),
        (9.96, "9.9 s"),
        (42, "42 s"),
        (59.6, "59 s"),
        (3599.7, "59 min 59 s"),
        (-3, "0 s"),
        (252, "4 min 12 s"),
        (11_100, "3 h 05 min"),
        (4 * 86400, "4 d"),
        (None, ""),
    ],
)
def test_durations(seconds: float | None, text: str) -> None:
    assert units.duration(seconds) == text


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (timedelta(seconds=42), "42 s ago"),
        (timedelta(minutes=12), "12 min ago"),
        (timedelta(hours=23), "23 h ago"),
        (timedelta(days=4), "2 Feb, 13:56"),
        (timedelta(days=400), "2 Jan 2025, 13:56"),
        (-timedelta(hours=3), "in 3 h"),
    ],
)
def test_ages(before: timedelta, text: str) -> None:
    assert units.ago(NOW - before, NOW) == text


def test_spans_and_moments() -> None:
    assert units.span("90m") == timedelta(minutes=90)
    assert units.moment("2026-02-06T13:56Z") == NOW
    assert units.moment("2026-02-06T13:56") == NOW
    assert units.span("1h30m") == units.span("01:30:00") == timedelta(minutes=90)
    assert units.span("1-12:00:00") == units.span("1d12h") == timedelta(hours=36)
    for wrong in ("", "2", "2 parsecs", "nan", "h", "1h30", "01:30", "1:75:00", "1.2.3h"):
        with pytest.raises(CommandFailed, match="span of time"):
            units.span(wrong)


def test_seconds_may_be_written_as_people_and_batch_systems_write_them() -> None:
    read = units.seconds_of(0.1, 7200)
    assert [read(text) for text in (5400.0, "5400", "1h30m", "90m", "01:30:00")] == [5400] * 5
    for outside in ("0", "-5", "inf", "nan", "3h"):
        with pytest.raises(CommandFailed, match=r"lie between 0\.1 s and 2 h 00 min"):
            read(outside)
    with pytest.raises(CommandFailed, match="span of time"):
        read("soon")


@pytest.mark.parametrize(
    ("before", "now", "fresh"),
    [
        ("", "a\n", "a\n"),
        ("a\n", "a\n", ""),
        ("tick\ntick\n", "tick\ntick\ntick\n", "tick\n"),
        (NUMBERED[:5000], NUMBERED[900:6000], NUMBERED[5000:6000]),  # only the end is given
        (NUMBERED[:5000], NUMBERED[5400:9000], NUMBERED[5400:9000]),  # more than that was written meanwhile
        ("one\ntwo\n", "attempt 2\n", "attempt 2\n"),
    ],
)
def test_what_was_added(before: str, now: str, fresh: str) -> None:
    assert added(before, now) == fresh


def test_wide_characters_and_controls_keep_columns_straight(capsys: pytest.CaptureFixture[str]) -> None:
    show.table(("name", "n"), [("花蓮", 1), ("x\x1b[2J\u202e", 20)], NOW)
    lines = capsys.readouterr().out.splitlines()
    assert len({show.wide(line) for line in lines}) == 1
    assert "\x1b" not in "".join(lines)

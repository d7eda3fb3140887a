"""When a schedule is due: cron lines and intervals, through gaps and folds of the clock."""

import contextlib
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.modules.jobs.errors import ScheduleInvalid
from app.modules.jobs.schedule_times import jitter, times

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca"]
# Weeks in which clocks change somewhere, a leap day, and an ordinary time.
AROUND = [
    datetime(year, month, day, tzinfo=UTC)
    for year, month, day in [(2026, 3, 29), (2026, 10, 25), (2026, 11, 1), (2026, 4, 4), (2028, 2, 29), (2026, 2, 15)]
]

moments = st.builds(
    lambda base, seconds, microseconds: base + timedelta(seconds=seconds, microseconds=microseconds),
    st.sampled_from(AROUND),
    st.integers(-2 * 86400, 2 * 86400),
    st.integers(0, 999_999),
)
numbers = st.one_of(st.just("*"), st.integers(0, 23).map(str), st.sampled_from(["*/2", "1-3", "0,2", "2", "*/5"]))
crons = st.builds(
    lambda minute, hour, day: f"{minute} {hour} {day}",
    st.one_of(st.just("*"), st.integers(0, 59).map(str), st.sampled_from(["*/15", "0,30", "59", "0-5"])),
    numbers,
    st.sampled_from(["* * *", "* * *", "* * 0", "29 * *", "L * *", "* * MON-FRI"]),
)
any_times = st.one_of(
    st.builds(lambda cron, zone: times(cron, None, zone), crons, st.sampled_from(ZONES)),
    st.builds(lambda seconds: times(None, seconds, "UTC"), st.floats(1.0, 90_000.0)),
)


@given(any_times, moments)
@settings(max_examples=300, deadline=None)
def test_the_next_time_is_later_and_nothing_lies_between(scheduled, moment) -> None:
    following = scheduled.after(moment)
    assert following > moment
    assert following.tzinfo is UTC
    # From anywhere in between it is the same: nodes that look at different moments agree.
    for part in (4, 2):
        assert scheduled.after(moment + (following - moment) // part) == following
    assert scheduled.after(following - timedelta(microseconds=1)) == following


@given(any_times, moments, st.integers(0, 200_000))
@settings(max_examples=200, deadline=None)
def test_later_moments_have_no_earlier_times(scheduled, moment, seconds) -> None:
    assert scheduled.after(moment) <= scheduled.after(moment + timedelta(seconds=seconds))


@given(st.integers(0, 59), st.integers(0, 23), st.sampled_from(ZONES), moments)
@settings(max_examples=200, deadline=None)
def test_a_daily_time_comes_once_a_day_whatever_the_clock_does(minute, hour, zone, moment) -> None:
    daily = times(f"{minute} {hour} * * *", None, zone)
    found = daily.preview(moment, 8)
    days = [at.astimezone(daily.zone).date() for at in found]
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(days))
    for at in found:
        local = at.astimezone(daily.zone)
        shown = (local.hour, local.minute)
        # Otherwise the named time does not exist that day: the clock jumped over it, and it is just after.
        assert shown == (hour, minute) or shown > (hour, minute)
        if shown != (hour, minute):
            named = local.replace(hour=hour, minute=minute)
            assert named.astimezone(UTC).astimezone(daily.zone).replace(tzinfo=None) != named.replace(tzinfo=None)


def test_a_gap_is_left_at_its_end_and_a_fold_is_entered_once() -> None:
    gap = times("30 2 * * *", None, "Europe/Berlin").preview(datetime(2026, 3, 28, 12, tzinfo=UTC), 2)
    assert gap == [datetime(2026, 3, 29, 1, 0, tzinfo=UTC), datetime(2026, 3, 30, 0, 30, tzinfo=UTC)]
    fold = times("30 2 * * *", None, "Europe/Berlin").preview(datetime(2026, 10, 24, 12, tzinfo=UTC), 2)
    assert fold == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 26, 1, 30, tzinfo=UTC)]


def test_every_hour_is_every_hour_of_real_time() -> None:
    for around in AROUND:
        found = times("0 * * * *", None, "Europe/Berlin").preview(around - timedelta(hours=12), 48)
        assert all(later - earlier == timedelta(hours=1) for earlier, later in pairwise(found))


def test_intervals_do_not_depend_on_who_began_when() -> None:
    found = times(None, 90.0, "UTC").preview(datetime(2026, 11, 22, 10, 0, 1, tzinfo=UTC), 3)
    assert [at.isoformat()[11:19] for at in found] == ["10:01:30", "10:03:00", "10:04:30"]


@pytest.mark.parametrize(
    ("name", "line"), [("@hourly", "0 * * * *"), ("@Daily", "0 0 * * *"), ("@weekly", "0 0 * * 0")]
)
def test_names_stand_for_lines(name: str, line: str) -> None:
    moment = datetime(2026, 11, 22, 10, 0, 1, tzinfo=UTC)
    assert times(name, None, "UTC").preview(moment) == times(line, None, "UTC").preview(moment)


@pytest.mark.parametrize(
    ("given_", "pointer", "says"),
    [
        (("61 * * * *", None, "UTC"), "cron", r"field 1 \(minute\) is '61'; it takes 0 to 59"),
        (("* 24 * * *", None, "UTC"), "cron", r"field 2 \(hour\)"),
        (("* * 32 * *", None, "UTC"), "cron", r"field 3 \(day-of-month\)"),
        (("* * * FOO *", None, "UTC"), "cron", r"field 4 \(month\) is 'FOO'"),
        (("* * * * 8", None, "UTC"), "cron", r"field 5 \(day-of-week\)"),
        (("*/0 * * * *", None, "UTC"), "cron", r"field 1"),
        (("5-1 * * * *", None, "UTC"), "cron", r"field 1"),
        (("* * * *", None, "UTC"), "cron", "five fields .*, not 4"),
        (("* * * * * *", None, "UTC"), "cron", "five fields"),
        (("0," * 200 + "0 * * * *", None, "UTC"), "cron", "five fields"),
        (("0 0 30 2 *", None, "UTC"), "cron", r"no month that .* names has a day 30"),
        (("@reboot", None, "UTC"), "cron", "there are @yearly"),
        (("", None, "UTC"), "cron", "five fields"),
        ((None, None, "UTC"), "cron", "one of the two"),
        (("* * * * *", 5.0, "UTC"), "cron", "one of the two"),
        ((None, 0.5, "UTC"), "interval_seconds", "between 1 s"),
        ((None, float("nan"), "UTC"), "interval_seconds", "between"),
        ((None, float("inf"), "UTC"), "interval_seconds", "between"),
        (("* * * * *", None, "Mars/Olympus"), "time_zone", "Europe/Paris"),
        (("* * * * *", None, "../etc/passwd"), "time_zone", "no time zone"),
        (("* * * * *", None, "Europe"), "time_zone", "no time zone"),
        (("* * * * *", None, ""), "time_zone", "no time zone"),
    ],
)
def test_what_is_wrong_is_named(given_, pointer: str, says: str) -> None:
    with pytest.raises(ScheduleInvalid, match=says) as caught:
        times(*given_)
    assert caught.value.errors[0].pointer == f"/body/{pointer}"


@given(st.text(max_size=60), st.sampled_from(["UTC", "Europe/Berlin"]))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_line_or_is_refused(line: str, zone: str) -> None:
    with contextlib.suppress(ScheduleInvalid):
        times(line, None, zone).preview(AROUND[0], 3)


@given(st.lists(st.sampled_from("0123456789*/-,LW# @"), max_size=25).map("".join), st.sampled_from(ZONES))
@settings(max_examples=500, deadline=None)
def test_anything_like_a_line_is_one_or_is_refused(line: str, zone: str) -> None:
    with contextlib.suppress(ScheduleInvalid):
        times(line, None, zone).preview(AROUND[1], 3)


@given(moments, st.floats(0, 86400))
def test_jitter_is_of_the_target(moment, seconds) -> None:
    first = jitter("sch_a", moment, seconds)
    assert first == jitter("sch_a", moment.astimezone(times("* * * * *", None, ZONES[1]).zone), seconds)
    assert 0 <= first <= seconds


def test_jitter_spreads() -> None:
    found = [jitter(f"sch_{n}", AROUND[0], 60.0) for n in range(1000)]
    assert max(found) > 55
    assert min(found) < 5
    assert 25 < sum(found) / 1000 < 35

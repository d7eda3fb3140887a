"""The checker of schedules finds what is wrong, and nothing where nothing is."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from schedule_checker import Run, check

START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
EPSILON = timedelta(seconds=5)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def runs(*pairs: tuple[float, float]) -> list[Run]:
    return [Run(at=at(when), target=at(target)) for when, target in pairs]


TARGETS = [at(0), at(10), at(20)]


def test_one_run_for_each_is_right() -> None:
    assert check(TARGETS, runs((0, 0), (14.9, 10), (21, 20)), epsilon=EPSILON)
    assert check([], [], epsilon=EPSILON)


def test_a_missing_run_is_named() -> None:
    verdict = check(TARGETS, runs((0, 0), (21, 20)), epsilon=EPSILON)
    assert not verdict
    assert verdict.missing == [at(10)]


def test_a_run_too_many_is_named() -> None:
    verdict = check(TARGETS, runs((0, 0), (1, 0), (11, 10), (21, 20)), epsilon=EPSILON)
    assert verdict.doubled == [at(0)]
    assert verdict.unexpected == runs((1, 0))


def test_a_run_too_early_or_too_late_is_named() -> None:
    verdict = check(TARGETS, runs((-1, 0), (11, 10), (26, 20)), epsilon=EPSILON)
    assert verdict.outside == runs((-1, 0), (26, 20))
    assert verdict.missing == [at(0), at(20)]
    assert verdict.unexpected == runs((-1, 0), (26, 20))


def test_a_run_of_no_target_is_named() -> None:
    verdict = check(TARGETS, runs((0, 0), (11, 10), (21, 20), (15.5, 15)), epsilon=EPSILON)
    assert verdict.unknown == verdict.unexpected == runs((15.5, 15))


def test_windows_that_overlap_share_runs_as_well_as_can_be() -> None:
    close = [at(0), at(1), at(2)]
    assert check(close, runs((3, 0), (3.1, 1), (3.2, 2)), epsilon=EPSILON)
    verdict = check(close, runs((3, 0), (5.5, 1)), epsilon=EPSILON)
    assert verdict.missing == [at(2)]
    # Three runs in time, but one says it is of another's target.
    verdict = check(close, runs((3, 0), (3.1, 1), (3.2, 1)), epsilon=EPSILON)
    assert (verdict.missing, verdict.unexpected, verdict.doubled) == ([], [], [at(1)])
    assert not verdict


def test_jitter_moves_the_window() -> None:
    jitter = {at(0): timedelta(seconds=8)}
    assert check([at(0)], runs((8, 0)), epsilon=EPSILON, jitter=jitter)
    assert not check([at(0)], runs((3, 0)), epsilon=EPSILON, jitter=jitter)


def test_a_window_still_open_at_the_end_may_be_empty() -> None:
    assert check(TARGETS, runs((0, 0), (11, 10)), epsilon=EPSILON, until=at(24))
    assert not check(TARGETS, runs((0, 0), (11, 10)), epsilon=EPSILON, until=at(26))


@given(st.lists(st.tuples(st.integers(0, 500), st.floats(0, 5)), unique_by=lambda pair: pair[0]), st.data())
def test_right_histories_pass_and_any_loss_or_repeat_does_not(pairs, data) -> None:
    history = runs(*[(target + late, target) for target, late in pairs])
    targets = [at(target) for target, _ in pairs]
    assert check(targets, history, epsilon=EPSILON)
    if history:
        one = data.draw(st.sampled_from(history))
        assert not check(targets, [run for run in history if run is not one], epsilon=EPSILON)
        assert not check(targets, [*history, one], epsilon=EPSILON)

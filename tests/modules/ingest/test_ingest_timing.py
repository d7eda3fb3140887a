"""Which times polls stand for."""

from datetime import UTC, datetime, timedelta

import pytest
from feeds import Feed, page, quake
from polls import QUAKES, add_source, make_due, poll_once, rows, source_of
from pydantic import ValidationError
from sqlalchemy import update

from app.kernel.node import Node
from app.modules.ingest import SourceRow
from app.modules.ingest.fetching import Address
from app.modules.ingest.timing import Timing, Turn, following, turn

SIX = datetime(2026, 11, 22, 6, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def timing(**settings: object) -> Timing:
    return Timing.model_validate({"cron": "10 0,6,12,18 * * *", **settings})


def test_a_poll_in_time_stands_for_its_time_and_is_followed_by_the_next() -> None:
    due = turn(timing(), SIX, SIX, SIX + timedelta(seconds=2))
    assert due == Turn(SIX)
    assert following(timing(), "src_x", due, SIX + timedelta(seconds=9)) == (SIX + 6 * HOUR, SIX + 6 * HOUR)


@pytest.mark.parametrize(
    ("catch_up", "stands_for", "then"),
    [
        ("latest", Turn(SIX + 12 * HOUR), SIX + 18 * HOUR),
        ("all", Turn(SIX), SIX + 6 * HOUR),
        ("none", Turn(SIX, skipped=True), SIX + 18 * HOUR),
    ],
)
def test_what_was_missed_is_made_up_as_the_policy_says(catch_up: str, stands_for: Turn, then: datetime) -> None:
    now = SIX + 13 * HOUR
    due = turn(timing(catch_up=catch_up), SIX, SIX, now)
    assert due == stands_for
    assert following(timing(catch_up=catch_up), "src_x", due, now) == (then, then)


def test_the_first_poll_stands_for_the_newest_time() -> None:
    assert turn(timing(catch_up="all"), SIX + HOUR, None, SIX + HOUR) == Turn(SIX)


def test_jitter_begins_the_poll_later_and_moves_no_time() -> None:
    tick, begins = following(timing(jitter_seconds=600), "src_x", Turn(SIX), SIX)
    assert tick == SIX + 6 * HOUR
    assert timedelta() < begins - tick < timedelta(seconds=600)
    assert (tick, begins) == following(timing(jitter_seconds=600), "src_x", Turn(SIX), SIX)


def test_a_period_is_of_a_clock_when_missed_polls_matter() -> None:
    every = Timing(interval_seconds=600, catch_up="all")
    assert not Timing(interval_seconds=600).by_clock
    assert following(every, "src_x", Turn(SIX), SIX + HOUR)[0] == SIX + timedelta(minutes=10)


@pytest.mark.parametrize("wrong", [{"cron": "61 * * * *"}, {"time_zone": "Mars/Olympus"}, {"catch_up": "some"}])
def test_what_is_no_schedule_is_refused_by_name(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        Timing.model_validate(wrong)
    assert next(iter(wrong)) in str(refused.value)


def test_the_time_stands_in_the_address() -> None:
    address = Address(url="https://wind.example/{time:%Y%m%d}/{time:%H}z.grib")
    assert address.url_at(SIX) == "https://wind.example/20261122/06z.grib"
    with pytest.raises(ValidationError):
        Address(url="https://wind.example/{time.__class__}")


@pytest.mark.covers("V60")
async def test_a_missed_time_is_fetched_after_a_failure_too(node: Node, feed: Feed) -> None:
    """All times are made up, each under its own address, and one that failed is tried again as itself."""
    feed.body = page(quake("a"))
    url = feed.url + "?run={time:%Y%m%dT%H}"
    source_id = await add_source(node, url, cron="0 * * * *", catch_up="all")
    began = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    async with node.database.transaction() as session:
        missed = {"tick_at": began - 2 * HOUR, "next_poll_at": began - 2 * HOUR}
        await session.execute(update(SourceRow).where(SourceRow.id == source_id).values(**missed))
    feed.status = 503
    await poll_once(node)
    assert (await source_of(node, source_id)).tick_at == began - 2 * HOUR
    feed.status = 200
    await make_due(node, source_id)
    for _ in range(3):
        await poll_once(node)
    runs = [line.partition("run=")[2].partition(" ")[0] for line, _ in feed.requests]
    wanted = [began - back * HOUR for back in (2, 2, 1, 0)]
    assert runs == [f"{at:%Y%m%dT%H}" for at in wanted]
    source = await source_of(node, source_id)
    assert source.next_poll_at == source.tick_at == began + HOUR
    assert await rows(node, "SELECT count(*) FROM deliveries") == [1]


def test_the_settings_of_old_sources_stay_good() -> None:
    assert not Address.model_validate({"url": "https://x.example", "interval_seconds": QUAKES["interval_seconds"]}).cron

"""Polling real feeds on loopback: once each item, whatever the feed does."""

import asyncio
import gzip
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from feeds import Feed, page, quake, serving
from polls import QUAKES, add_source, make_due, poll_once, rows, source_of, until
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

import app as house
from app.kernel.node import Node
from app.kernel.roles import become_owner
from app.modules import ingest, jobs
from app.modules.ingest import polling, sources
from app.modules.ingest.polling import Poller, retry_seconds
from app.modules.ingest.schemas import SourceChange

DELIVERIES = "SELECT item_key, revision, state FROM deliveries ORDER BY id"


async def alarms(node: Node) -> list[Any]:
    return await rows(node, "SELECT title, priority, count, cleared_at IS NULL FROM alarms")


@pytest.mark.covers("V60")
async def test_an_unchanged_feed_is_not_transferred_again(node: Node, feed: Feed) -> None:
    feed.body, feed.etag = page(quake("a"), quake("b")), '"one"'
    feed.headers["Last-Modified"] = "Tue, 06 Feb 2018 15:50:42 GMT"
    source_id = await add_source(node, feed.url)
    await poll_once(node)
    await make_due(node, source_id)
    (answer,) = await poll_once(node)
    assert answer.polled.not_modified
    first, second = (headers for _, headers in feed.requests)
    assert "if-none-match" not in first
    assert second["if-none-match"] == '"one"'
    assert second["if-modified-since"] == "Tue, 06 Feb 2018 15:50:42 GMT"
    assert await rows(node, DELIVERIES) == [("a", 1, "queued"), ("b", 1, "queued")]
    assert (await source_of(node, source_id)).etag == '"one"'


async def test_an_arrival_is_a_row_a_job_and_a_fact_in_one_commit(node: Node, feed: Feed) -> None:
    feed.body = page(quake("us1000chhc", mag=6.4, place="Hualian"))
    await add_source(node, feed.url)
    await poll_once(node)
    async with node.database.transaction() as session:
        ((delivery_id, job_id),) = (await session.execute(text("SELECT id, job_id FROM deliveries"))).all()
        delivery = await ingest.get_delivery(session, delivery_id)
        job = await jobs.get(session, job_id)
    assert (delivery.source_name, delivery.item_key, delivery.revision) == ("usgs", "us1000chhc", 1)
    assert (delivery.title, delivery.version) == ("M 6.4 - us1000chhc", 1)
    assert delivery.content["properties"]["place"] == "Hualian"
    assert (job.kind, job.state) == (ingest.DELIVERY_ARRIVED, "queued")
    ((at, subject, said, data),) = await rows(
        node, "SELECT transaction, subject_id, text, data FROM events WHERE type = 'delivery.accepted'"
    )
    assert (subject, said, data["title"]) == (delivery_id, "usgs: M 6.4 - us1000chhc", "M 6.4 - us1000chhc")
    # One commit: the job's row carries the transaction id of the fact.
    assert await rows(node, "SELECT xmin::text::bigint FROM jobs WHERE id = :id", id=job_id) == [at & 0xFFFFFFFF]


async def test_only_what_changed_is_news(node: Node, feed: Feed) -> None:
    source_id = await add_source(node, feed.url)
    feed.body = page(quake("a", updated=1), quake("b", updated=1))
    await poll_once(node)
    feed.body = page(quake("b", updated=1), quake("a", updated=2, mag=5.2), quake("c", updated=1))
    await make_due(node, source_id)
    await poll_once(node)
    assert await rows(node, DELIVERIES) == [
        ("a", 1, "queued"),
        ("b", 1, "queued"),
        ("a", 2, "queued"),
        ("c", 1, "queued"),
    ]
    assert await rows(node, "SELECT count(*) FROM jobs WHERE kind = 'delivery.arrived'") == [4]


async def test_what_is_older_than_what_is_known_is_kept_and_ignored(node: Node, feed: Feed) -> None:
    source_id = await add_source(node, feed.url)
    feed.body = page(quake("a", updated=5))
    await poll_once(node)
    feed.body = page(quake("a", updated=4, mag=4.0))
    await make_due(node, source_id)
    await poll_once(node)
    assert await rows(node, "SELECT revision, state, reason FROM deliveries ORDER BY id") == [
        (1, "queued", None),
        (2, "ignored", "older than what had arrived before"),
    ]
    assert await rows(node, "SELECT count(*) FROM jobs WHERE kind = 'delivery.arrived'") == [1]


@pytest.mark.covers("V60")
async def test_an_item_that_is_again_what_it_was_is_news_each_time_it_changes(node: Node, feed: Feed) -> None:
    source_id = await add_source(node, feed.url, revision=None)
    for mag in (4.0, 5.0, 4.0, 4.0, 5.0, 5.0, 4.0, 6.0, 4.0):
        # What stands on the page in two states at once is not the one and then the other.
        feed.body = page(quake("a", mag=mag), quake("still"), quake("two", mag=mag), quake("two", mag=9 - mag))
        await make_due(node, source_id)
        (answer,) = await poll_once(node)
        assert answer.error is None
    value = "convert_from(body, 'UTF8')::jsonb #>> '{properties,mag}'"
    told = f"SELECT {value} FROM deliveries WHERE item_key = :key ORDER BY id"
    found = await rows(node, told, key="a")
    assert [float(mag) for mag in found] == [4, 5, 4, 5, 4, 6, 4]
    assert len(await rows(node, told, key="still")) == 1
    assert len(await rows(node, told, key="two")) == 4
    revisions = await rows(node, "SELECT revision FROM deliveries WHERE item_key = 'a' ORDER BY id")
    assert revisions == list(range(1, 8))


async def test_with_a_revision_an_older_state_that_comes_again_is_no_news(node: Node, feed: Feed) -> None:
    source_id = await add_source(node, feed.url)
    for updated in (1, 2, 1):
        feed.body = page(quake("a", updated=updated))
        await make_due(node, source_id)
        await poll_once(node)
    assert await rows(node, DELIVERIES) == [("a", 1, "queued"), ("a", 2, "queued")]


async def test_items_twice_on_one_page_are_one_and_revisions_go_in_their_order(node: Node, feed: Feed) -> None:
    feed.body = page(quake("a", updated=2, mag=6.0), quake("b"), quake("b"), quake("a", updated=1))
    await add_source(node, feed.url)
    await poll_once(node)
    found = await rows(node, "SELECT item_key, revision, version, state FROM deliveries ORDER BY item_key, revision")
    assert found == [("a", 1, 1, "queued"), ("a", 2, 2, "queued"), ("b", 1, 1, "queued")]


async def test_an_arrival_overtakes_a_backlog(node: Node, feed: Feed) -> None:
    source_id = await add_source(node, feed.url)
    backlog = [quake(f"q{n}") for n in range(150)]
    feed.body = page(*backlog)
    await poll_once(node)
    feed.body = page(*backlog, quake("strong", mag=7.0))
    await make_due(node, source_id)
    await poll_once(node)
    (first,) = await rows(
        node,
        "SELECT d.item_key FROM jobs j JOIN deliveries d ON d.job_id = j.id ORDER BY j.priority DESC, j.number LIMIT 1",
    )
    assert first == "strong"


BAD_PAGES = {
    "half": b'{"features": [{"id": "a"}, {"i',
    "html": b"<html>busy</html>",
    "nan": b'{"features": [{"id": "a", "properties": {"mag": NaN}}]}',
    "not a list": b'{"features": {"id": "a"}}',
    "bytes": b'{"features": ["\xff"]}',
    "deep": b"[" * 100_000,
    "large": b"[" + b" " * 3_000_000,
    "empty": b"",
}


@pytest.mark.parametrize("kind", BAD_PAGES)
async def test_a_bad_page_is_kept_once_and_the_next_good_one_counts(node: Node, feed: Feed, kind: str) -> None:
    feed.body, feed.etag = BAD_PAGES[kind], '"bad"'
    source_id = await add_source(node, feed.url)
    for _ in range(2):
        (answer,) = await poll_once(node)
        assert answer.failed
        await make_due(node, source_id)
    source = await source_of(node, source_id)
    assert (source.failures, source.etag) == (2, None)  # unread, so it is asked for again in full
    ((body, size, state, reason),) = await rows(node, "SELECT body, bytes, state, reason FROM deliveries")
    assert body == BAD_PAGES[kind][: 1024**2]
    assert (size, state) == (len(BAD_PAGES[kind]), "quarantined")
    assert reason == source.last_error
    assert reason

    feed.body, feed.etag = page(quake("a")), '"good"'
    (answer,) = await poll_once(node)
    assert not answer.failed
    source = await source_of(node, source_id)
    assert (source.failures, source.last_error, source.etag) == (0, None, '"good"')
    assert await rows(node, "SELECT item_key FROM deliveries WHERE state = 'queued'") == ["a"]


async def test_bad_items_are_kept_once_each_and_the_good_ones_count(node: Node, feed: Feed) -> None:
    feed.body = page(quake("a"), "text", {"properties": {}}, quake("b", updated=[]), quake("c"))  # type: ignore[arg-type]
    source_id = await add_source(node, feed.url)
    for _ in range(2):
        await poll_once(node)
        await make_due(node, source_id)
    assert await rows(node, "SELECT state, count(*)::int FROM deliveries GROUP BY 1 ORDER BY 1") == [
        ("quarantined", 3),
        ("queued", 2),
    ]
    source = await source_of(node, source_id)
    assert source.failures == 0
    assert source.last_error is not None
    assert source.last_error.startswith("3 of 5 items in quarantine, such as: an item is a text")
    async with node.database.transaction() as session:
        (view,) = await sources.views(session, [source])
    assert (view.delivery_count, view.quarantined_count) == (5, 3)


async def test_an_endless_body_is_cut_at_the_cap(node: Node, feed: Feed) -> None:
    feed.declared = 100 * 1024**2
    source_id = await add_source(node, feed.url, max_bytes=100_000)
    (answer,) = await poll_once(node)
    assert answer.error is not None
    assert "larger than 100000 bytes" in answer.error
    assert feed.sent_bytes < 20 * 1024**2
    assert (await source_of(node, source_id)).failures == 1


async def test_a_gzip_bomb_is_cut_at_the_cap(node: Node, feed: Feed) -> None:
    feed.body, feed.headers = gzip.compress(bytes(64 * 1024**2)), {"Content-Encoding": "gzip"}
    await add_source(node, feed.url, max_bytes=100_000)
    (answer,) = await poll_once(node)
    assert answer.error is not None
    assert "larger than 100000 bytes" in answer.error


@pytest.mark.parametrize("status", [204, 301, 404, 500])
async def test_other_statuses_are_failures(node: Node, feed: Feed, status: int) -> None:
    feed.status, feed.body = status, b""
    await add_source(node, feed.url)
    (answer,) = await poll_once(node)
    assert answer.failed
    assert answer.error == f"the feed answered with status {status}"


async def test_the_feed_may_ask_for_patience(node: Node, feed: Feed) -> None:
    feed.status, feed.headers = 503, {"Retry-After": "1200"}
    source_id = await add_source(node, feed.url)
    (answer,) = await poll_once(node)
    assert answer.wait_seconds == 1200
    assert await rows(
        node, "SELECT next_poll_at > now() + interval '19 minutes' FROM sources WHERE id = :id", id=source_id
    ) == [True]


async def test_a_forbidden_address_is_never_asked(node: Node, feed: Feed) -> None:
    await add_source(node, feed.url.replace("127.0.0.1", "127.0.0.2"))
    (answer,) = await poll_once(node)
    assert answer.error is not None
    assert "egress.allow" in answer.error
    assert feed.requests == []


async def test_three_failures_raise_an_alarm_and_a_success_clears_it(node: Node, feed: Feed) -> None:
    feed.status = 500
    source_id = await add_source(node, feed.url)
    for n in range(4):
        assert await alarms(node) == ([] if n < 3 else [("Source usgs cannot be polled", "high", 1, True)])
        await poll_once(node)
        await make_due(node, source_id)
    assert await alarms(node) == [("Source usgs cannot be polled", "high", 2, True)]
    said = "SELECT text FROM events WHERE type = 'source.changed' ORDER BY number"
    assert (await rows(node, said))[-1] == "Source usgs fails: the feed answered with status 500"
    feed.status = 200
    await poll_once(node)
    assert await alarms(node) == [("Source usgs cannot be polled", "high", 2, False)]
    assert (await rows(node, said))[-1] == "Source usgs answers again"


def test_retries_come_sooner_than_a_long_interval_and_later_than_a_short_one() -> None:
    for interval in (1.0, 60.0, 86_400.0):
        waits = [retry_seconds(n, interval) for n in range(1, 30)]
        assert min(interval, 5) / 2 <= waits[0] <= min(interval, 5)
        assert 150 <= waits[-1] <= 300
    assert len({retry_seconds(5, 60) for _ in range(20)}) > 1


async def test_one_claim_per_source_however_many_ask(node: Node, feed: Feed) -> None:
    for n in range(20):
        await add_source(node, feed.url, f"feed {n}")

    async def claim(boot_id: str) -> list[str]:
        async with node.database.transaction() as session:
            return [one.id for one in await polling.claim(session, boot_id, 60, 4)]

    taken = await asyncio.gather(*[claim(f"boot_{n}") for n in range(8)])
    flat = [source_id for ids in taken for source_id in ids]
    assert len(flat) == len(set(flat)) == 20


async def test_a_poll_whose_lease_ran_out_records_nothing(node: Node, feed: Feed) -> None:
    feed.body = page(quake("a"))
    source_id = await add_source(node, feed.url)
    async with node.database.transaction() as session:
        (late,) = await polling.claim(session, "boot_late", 60, 1)
        await session.execute(text("UPDATE sources SET lease_until = now() - interval '1 second'"))
    answer = await polling.ask(node, late, 30)
    await poll_once(node)
    async with node.database.transaction() as session:
        assert not await polling.record(session, late, answer)
    assert await rows(node, DELIVERIES) == [("a", 1, "queued")]
    assert (await source_of(node, source_id)).poll_number == 2


async def test_a_change_while_a_poll_is_under_way_discards_the_poll(node: Node, feed: Feed) -> None:
    feed.body = page(quake("a"))
    source_id = await add_source(node, feed.url)
    async with node.database.transaction() as session:
        (claimed,) = await polling.claim(session, node.boot_id, 60, 1)
    answer = await polling.ask(node, claimed, 30)
    async with node.database.transaction() as session:
        change = SourceChange(settings={**QUAKES, "url": feed.url, "items": ""})
        await sources.change_source(session, source_id, change, actor="usr_owner")
    async with node.database.transaction() as session:
        assert not await polling.record(session, claimed, answer)
    assert await rows(node, DELIVERIES) == []


CLAIMER = """
import asyncio, sys
from app.kernel.bus import Bus
from app.kernel.db import Database
from app.modules import ingest
from app.modules.ingest import polling

async def main():
    database = Database(sys.argv[1], Bus())
    async with database.transaction() as session:
        claims = await polling.claim(session, "boot_doomed", float(sys.argv[2]), 16)
    print(len(claims), flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.chaos
async def test_the_polls_of_a_killed_process_are_taken_over_when_its_lease_ends(
    node: Node, feed: Feed, database_url: str
) -> None:
    feed.body = page(quake("a"))
    await add_source(node, feed.url)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", CLAIMER, database_url, "1.5"),
        env={**os.environ, "PYTHONPATH": str(Path(house.__path__[0]).parent)},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), 30) == b"1\n"
    process.send_signal(signal.SIGKILL)
    await process.wait()
    assert await poll_once(node) == []  # the lease outlives the process

    poller = Poller(node)
    poller.loop.start(node.bus, node.clock)
    await until(node, lambda: rows(node, DELIVERIES))
    await poller.loop.stop()
    await poller.stop()
    assert await rows(node, DELIVERIES) == [("a", 1, "queued")]


async def test_a_stopping_node_gives_its_polls_back_at_once(node: Node, feed: Feed) -> None:
    feed.hold.clear()
    await add_source(node, feed.url)
    poller = Poller(node)
    poller.loop.start(node.bus, node.clock)
    await feed.wait_asked(1)
    await poller.loop.stop()
    await poller.stop()
    assert await rows(node, "SELECT lease_until IS NULL, next_poll_at <= now() FROM sources") == [(True, True)]


async def test_a_slow_feed_delays_no_other_and_the_loop_sleeps_until_the_next_is_due(node: Node, feed: Feed) -> None:
    feed.hold.clear()
    async with serving(Feed(body=page(quake("quick")))) as quick:
        await add_source(node, feed.url, "slow")
        poller = Poller(node)
        poller.loop.start(node.bus, node.clock)
        await feed.wait_asked(1)
        await add_source(node, quick.url, "quick")  # its hint wakes the loop
        await until(node, lambda: rows(node, DELIVERIES))
        assert len(feed.requests) == 1
        runs = poller.loop.health.runs
        assert runs <= 6  # woken by what happened, not by a tick
        feed.hold.set()
        await poller.loop.stop()
        await poller.stop()


async def test_the_loop_survives_a_poll_that_cannot_be_recorded_and_says_so(node: Node, feed: Feed) -> None:
    feed.body = page(quake("a"))
    await add_source(node, feed.url)
    async with node.database.transaction() as session:
        await become_owner(await session.connection())
        await session.execute(text("ALTER TABLE deliveries ADD CONSTRAINT nothing CHECK (false)"))
    poller = Poller(node)

    async def poll() -> None:
        await poller.run()
        await asyncio.wait([task for task in asyncio.all_tasks() if task.get_name() == "poll usgs"], timeout=10)

    await poll()
    with pytest.raises(IntegrityError, match="nothing"):  # what the loop's health shows
        await poller.run()
    async with node.database.transaction() as session:
        await become_owner(await session.connection())
        await session.execute(text("ALTER TABLE deliveries DROP CONSTRAINT nothing"))
        await session.execute(text("UPDATE sources SET lease_until = now()"))
    await poll()
    assert await rows(node, DELIVERIES) == [("a", 1, "queued")]


async def test_a_driver_that_is_gone_is_a_failure_of_its_source(node: Node, feed: Feed) -> None:
    source_id = await add_source(node, feed.url)
    async with node.database.transaction() as session:
        await session.execute(text("UPDATE sources SET driver = 'carrier_pigeon'"))
    (answer,) = await poll_once(node)
    assert answer.error is not None
    assert "no ingest.source driver named 'carrier_pigeon'; there are: " in answer.error
    assert (await source_of(node, source_id)).failures == 1

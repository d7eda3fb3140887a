"""Lists of jobs: every filter alone and together, live and ended, over many days, by walking one index of each."""

import contextlib
import itertools
from datetime import UTC, datetime, timedelta

import pytest
from queue_probe import Count, ended, enqueue, sql
from sqlalchemy import text

from app.kernel.errors import BadRequest, Invalid
from app.kernel.ids import new_id
from app.modules import jobs
from app.modules.jobs import list_queries, listing, reading, retention

STATES = ("succeeded", "failed", "timed_out", "cancelled", "quarantined", "queued", "running", "held")
DAYS = 12


def rows() -> list[dict]:
    """Jobs that differ in everything a filter looks at; the oldest ended first, the last ones live."""
    made = []
    now = datetime.now(UTC)
    for n in range(480):
        live = n >= 400
        state = STATES[5 + n % 3] if live else STATES[n * 7 % 5 if n % 3 == 0 else 0]
        made.append(
            {
                "id": new_id("job"),
                "number": n + 1,
                "kind": f"test.k{n % 4}",
                "queue": ("default", "default", "side", "rare")[n * 3 % 4] if n % 5 else "side",
                "state": state,
                # Some of them waited for days before they ended.
                "created_at": now - timedelta(days=DAYS * (1 - n / 480)),
                "finished_at": None
                if live
                else now - timedelta(days=(DAYS * (1 - n / 480)) * (0.3 if n % 9 == 0 else 1)),
                "incident_id": f"inc_{n % 3}" if n % 2 else None,
                "batch_id": f"bat_{n % 2}" if n % 7 < 3 else None,
                "origin": ("usr_a", None, f"sch_x@{n}", "sch_y@1", None)[n % 5],
            }
        )
    return made


@pytest.fixture
async def listed(make_node):
    node = await make_node(start=False)
    made = rows()
    for row in made:
        table = "jobs" if row["finished_at"] is None else "finished_jobs"
        given = {k: v for k, v in row.items() if v is not None and not (table == "jobs" and k == "number")}
        given |= {"run_at": row["created_at"], "payload": "{}", "max_attempts": 3, "priority": 0}
        if table == "finished_jobs":
            given |= {"attempt": 1, "failed_count": 0, "lost_count": 0}
        elif row["state"] == "running":
            given |= {"node": "boot_1", "lease_until": row["created_at"]}
        if table == "jobs":
            await sql(node, f"SELECT setval(pg_get_serial_sequence('jobs', 'number'), {row['number']}, false)")
        names = ", ".join(given)
        async with node.database.transaction() as session:
            values = ", ".join(f":{name}" for name in given)
            await session.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), given)
    await retention.sweep(node, 30)
    return node, made


def fits(row: dict, wanted: jobs.JobFilter) -> bool:
    shown = "queued" if row["state"] == "held" else row["state"]
    origin = row["origin"] or ""
    return (
        (not wanted.state or shown in wanted.state)
        and (wanted.kind is None or row["kind"] == wanted.kind)
        and (wanted.queue is None or row["queue"] == wanted.queue)
        and (wanted.incident_id is None or row["incident_id"] == wanted.incident_id)
        and (wanted.batch_id is None or row["batch_id"] == wanted.batch_id)
        and (wanted.origin is None or wanted.origin in (origin, origin.partition("@")[0]))
    )


async def test_every_filter_alone_and_with_every_other(listed) -> None:
    node, made = listed
    choices = {
        "state": [
            (),
            ("failed",),
            ("succeeded",),
            ("running",),
            ("queued", "quarantined", "failed"),
            ("queued", "running"),
        ],
        "kind": [None, "test.k1"],
        "queue": [None, "default", "side"],
        "incident_id": [None, "inc_1"],
        "batch_id": [None, "bat_1"],
        "origin": [None, "usr_a", "sch_x", "sch_y@1"],
    }
    tried = found = 0
    for values in itertools.product(*choices.values()):
        wanted = jobs.JobFilter(**dict(zip(choices, values, strict=True)))
        expected = [row["id"] for row in reversed(made) if fits(row, wanted)]
        ids, cursor = [], None
        for _ in range(2 if len(expected) > 17 else 1):
            page = await jobs.list_jobs(node, wanted, cursor=cursor, limit=17)
            ids += [item.id for item in page.items]
            cursor = page.next_cursor
        assert ids == expected[: len(ids)], wanted
        assert len(ids) == min(len(expected), 34 if len(expected) > 17 else 17), wanted
        tried, found = tried + 1, found + bool(ids)
    assert (tried, found > 100) == (576, True)


async def test_jobs_are_counted_by_state_as_they_are_listed(listed, monkeypatch) -> None:
    node, made = listed
    shown = [state for state in STATES if state != "held"]
    for given in ({}, {"kind": "test.k1"}, {"queue": "side"}, {"queue": "default"}, {"batch_id": "bat_1"}):
        for more in ({}, {"incident_id": "inc_1"}, {"origin": "sch_y@1"}, {"state": ("failed",)}):
            wanted = jobs.JobFilter(**given, **more)
            of_state = {state: wanted.model_copy(update={"state": (state,)}) for state in shown}
            expected = {state: sum(fits(row, one) for row in made) for state, one in of_state.items()}
            assert await listing.counts(node, wanted) == expected, wanted
    monkeypatch.setattr(listing, "COUNTED_OF_A_STATE", 5)
    assert max((await listing.counts(node, jobs.JobFilter())).values()) == 5


async def test_pages_go_through_all_of_history(listed) -> None:
    node, made = listed
    ids, cursor = [], None
    while True:
        page = await jobs.list_jobs(node, cursor=cursor, limit=50)
        ids += [item.id for item in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert ids == [row["id"] for row in reversed(made)]


async def test_a_walk_never_sorts_and_never_reads_a_table_through(listed) -> None:
    """Whatever the statistics believe, each branch walks one index of each day."""
    node, _ = listed
    reader = reading._Reader(node.database)
    since = datetime(2000, 1, 1, tzinfo=UTC)
    filters = [
        {},
        *[{"state": [state]} for state in STATES[:5]],
        {"kind": "a"},
        {"queue": "side"},
        {"queue": "default"},
        {"incident_id": "a"},
        {"batch_id": "a"},
        {"origin": "a"},
        {"origin": "a@b"},
        {"state": ["failed"], "kind": "a"},
        {"state": ["failed"], "queue": "a"},
        {"state": ["failed"], "batch_id": "a"},
        {"kind": "a", "queue": "b", "incident_id": "c"},
    ]
    for given in filters:
        wanted = jobs.JobFilter(**given)
        statement = list_queries.page(wanted)
        [document] = await reader.fetch(
            f"EXPLAIN (FORMAT JSON) {statement}", 51, list_queries.NO_CURSOR, since, *list_queries.arguments(wanted)
        )
        walks = list(scans(document[0][0]["Plan"]))
        assert walks
        for kind, relation, sorted_ in walks:
            if relation.startswith("finished_jobs"):
                assert kind == "Index Scan", (given, walks)
                assert not sorted_, (given, walks)
    await reader.close()


async def test_among_those_that_wait_kind_and_queue_are_decided_on_in_the_index(listed) -> None:
    node, _ = listed
    reader = reading._Reader(node.database)
    for given, column in (({"kind": "a"}, "kind"), ({"queue": "side"}, "queue")):
        wanted = jobs.JobFilter(**given, state=["queued"])
        [document] = await reader.fetch(
            f"EXPLAIN (FORMAT JSON) {list_queries.page(wanted)}",
            *(51, list_queries.NO_CURSOR, datetime(2000, 1, 1, tzinfo=UTC)),
            *list_queries.arguments(wanted),
        )
        [walk] = [step for step in steps(document[0][0]["Plan"]) if step.get("Relation Name") == "jobs"]
        assert walk["Index Name"] == "ix_jobs_number"
        assert f"({column} = " in walk["Index Cond"]
        assert column not in walk.get("Filter", "")
    await reader.close()


def steps(step: dict):
    yield step
    for inner in step.get("Plans", ()):
        yield from steps(inner)


def scans(step: dict, sorted_: bool = False):
    # The outermost sort is of the branches' heads: no more rows than a page has.
    if step["Node Type"] == "Limit":
        sorted_ = False
    sorted_ = sorted_ or "Sort" in step["Node Type"]
    if "Scan" in step["Node Type"] and "Relation Name" in step:
        yield step["Node Type"], step["Relation Name"], sorted_
    for inner in step.get("Plans", ()):
        yield from scans(inner, sorted_)


@pytest.mark.parametrize("cursor", ["x", "WzFd", "WyIxIiwgMV0", "Wy0xLDFd", "WzEsOTk5OTk5OTk5OTk5OTld"])
async def test_a_foreign_cursor_is_refused(make_node, cursor: str) -> None:
    node = await make_node(start=False)
    with pytest.raises(BadRequest, match="cursor"):
        await jobs.list_jobs(node, cursor=cursor)


async def test_a_filter_the_database_cannot_hold_is_refused(make_node) -> None:
    node = await make_node(start=False)
    with pytest.raises(Invalid, match=r"U\+0000"):
        await jobs.list_jobs(node, jobs.JobFilter(kind="a\x00"))


async def test_a_job_is_found_by_its_id_whenever_it_ended_and_however_its_id_came_about(make_node) -> None:
    node = await make_node(start=False)
    now = datetime.now(UTC)
    made_up = "job_ZZZZZZZZZZZZZZZZZZZZZZZZZZ"
    for number, (job_id, finished_at) in enumerate(
        [
            (new_id("job"), now),
            (new_id("job"), now + timedelta(days=3)),
            (new_id("job"), now - timedelta(days=9)),
            (made_up, now - timedelta(days=2)),
            ("job_short", now - timedelta(days=2)),
        ]
    ):
        await sql(
            node,
            "INSERT INTO finished_jobs (id, number, kind, queue, priority, state, run_at, created_at, finished_at,"
            " attempt, failed_count, lost_count, max_attempts, payload) VALUES (:id, :n, 'k', 'default', 1013,"
            " 'succeeded', :at, :at, :at, 1, 0, 0, 5, '{}')",
            id=job_id,
            n=number,
            at=finished_at,
        )
    await retention.sweep(node, 30)
    async with node.database.transaction() as session:
        for row in await sql(node, "SELECT id, number FROM finished_jobs"):
            view = await jobs.get(session, row.id)
            assert (view.number, view.urgency, view.priority) == (row.number, "high", 13)
        with pytest.raises(jobs.JobNotFound):
            await jobs.get(session, new_id("job"))
        with pytest.raises(Invalid):
            await jobs.get(session, "job_\x00")


async def test_a_list_outlives_the_connections_it_was_read_through(make_node) -> None:
    node = await make_node(start=False)
    job_id = await enqueue(node, "test.none")
    assert len((await jobs.list_jobs(node)).items) == 1
    await sql(
        node,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
    )
    with contextlib.suppress(ConnectionError):  # at the latest the second time it is made anew
        await jobs.list_jobs(node)
    assert [item.id for item in (await jobs.list_jobs(node)).items] == [job_id]


async def test_status_stops_counting(make_node, monkeypatch) -> None:
    node = await make_node(start=False)
    async with node.database.transaction() as session:
        for priority in (0, 7, -3):
            await jobs.enqueue_many(session, "test.none", [Count(n=n) for n in range(10)], priority=priority)
        for _ in range(4):
            await jobs.enqueue(session, "test.none", Count(), priority=9, delay_seconds=60)
    status = await jobs.status(node)
    assert (status.queued, status.delayed, status.running, status.held) == (30, 4, 0, 0)
    assert status.oldest_seconds is not None
    assert 0 <= status.oldest_seconds < 60
    monkeypatch.setattr("app.modules.jobs.listing._COUNTED", 5)
    status = await jobs.status(node)
    assert (status.queued, status.delayed) == (15, 4)


async def test_a_job_in_full(make_node) -> None:
    class Sum(Count):
        total: int

    @jobs.kind("test.sum", retry_seconds=0.01)
    async def add(attempt: jobs.Attempt, payload: Count) -> Sum:
        if attempt.attempt == 1:
            raise OSError("no luck")
        return Sum(n=payload.n, total=payload.n + 1)

    node = await make_node()
    job = await ended(node, await enqueue(node, "test.sum", 4))
    async with node.database.transaction() as session:
        detail = await jobs.detail(session, job.id)
    assert detail.payload == {"n": 4}
    assert detail.result == {"n": 4, "total": 5}
    assert [(a.attempt, a.outcome, a.error) for a in detail.attempts] == [
        (1, "failed", "OSError: no luck"),
        (2, "succeeded", None),
    ]
    assert all(a.node == node.boot_id and a.started_at and a.ended_at for a in detail.attempts)


async def test_a_list_says_what_held_jobs_wait_for(make_node) -> None:
    node = await make_node(start=False)
    first = await enqueue(node, "test.none")
    second = await enqueue(node, "test.none", after=[first])
    [shown, _] = (await jobs.list_jobs(node)).items
    assert (shown.id, shown.state) == (second, "queued")
    assert shown.waiting_on is not None
    assert first in shown.waiting_on.text
    async with node.database.transaction() as session:
        assert (await jobs.get(session, second)).waiting_on == shown.waiting_on

"""Schedules: made, changed, paused, caught up with; each time once, whatever is in the way."""

import asyncio
from datetime import timedelta

import pytest
from queue_probe import Count, ended, eventually, sql
from sqlalchemy import text

from app.kernel.alarms import raise_alarm
from app.kernel.principal import SYSTEM
from app.modules import jobs
from app.modules.jobs import kinds, schedule_firing, schedules
from app.modules.jobs.errors import ScheduleOverlaps
from app.modules.jobs.schedule_times import jitter
from app.modules.jobs.schedule_views import ScheduleDraft


@pytest.fixture(autouse=True)
def own_schedules():
    before = dict(schedules.declared)
    yield
    schedules.declared.clear()
    schedules.declared.update(before)


@pytest.fixture
def tick():
    ran: list[str] = []

    @jobs.kind("test.tick", submittable=True)
    async def run(attempt: jobs.Attempt, payload: Count) -> None:
        ran.append(attempt.job_id)

    return ran


async def create(node, name: str = "ticks", **given) -> schedules.ScheduleView:
    if not given.keys() & {"cron", "interval_seconds"}:
        given["interval_seconds"] = 3600.0
    draft = ScheduleDraft(**{"name": name, "kind": "test.tick", **given})
    async with node.database.transaction() as session:
        return await schedules.create_schedule(session, draft, SYSTEM.user_id)


async def due_since(node, schedule_id: str, seconds: float) -> None:
    """Let the schedule have been due for some time, as after an outage."""
    async with node.database.transaction() as session:
        row = (await session.execute(text("SELECT *, now() FROM schedules WHERE id = :id"), {"id": schedule_id})).one()
        found = schedules.times(row.cron, row.interval_seconds, row.time_zone).after(
            row.now - timedelta(seconds=seconds)
        )
        await session.execute(text("UPDATE schedules SET next_at = :at"), {"at": found})


async def runs_of(node, schedule_id: str) -> list:
    return await sql(node, "SELECT * FROM schedule_runs WHERE schedule_id = :id ORDER BY target_at", id=schedule_id)


async def jobs_of(node, schedule_id: str) -> list:
    statement = "SELECT id, origin, run_at, created_at FROM jobs WHERE split_part(origin, '@', 1) = :id ORDER BY number"
    return await sql(node, statement, id=schedule_id)


async def test_a_due_schedule_makes_one_job_that_runs_and_names_it(make_node, tick) -> None:
    node = await make_node()
    made = await create(node, payload={"n": 7})
    await due_since(node, made.id, 10)
    node.bus.wake("schedules")
    # The time before now lies up to an hour back, unless it has just been.
    await due_since(node, made.id, 3600)
    node.bus.wake("schedules")
    [run] = await eventually(lambda: runs_of(node, made.id))
    job = await ended(node, run.job_id)
    assert job.state == "succeeded"
    assert job.origin == f"{made.id}@{run.target_at.isoformat().replace('+00:00', 'Z')}"
    assert tick == [job.id]
    found = await jobs.list_jobs(node, jobs.JobFilter(origin=made.id))
    assert [item.id for item in found.items] == [job.id]


async def test_every_second_on_three_nodes_each_time_is_once(make_node, tick) -> None:
    nodes = [await make_node() for _ in range(3)]
    made = await create(nodes[0], interval_seconds=1.0)

    async def four() -> list | None:
        found = await runs_of(nodes[0], made.id)
        return found if len(found) >= 4 else None

    found = await eventually(four)
    targets = [run.target_at for run in found]
    assert targets == [targets[0] + timedelta(seconds=n) for n in range(len(targets))]
    assert all(run.made_at - run.target_at < timedelta(seconds=8) for run in found)  # not the loop's floor of 10 s
    assert all(run.made_at >= run.target_at for run in found)
    for run in found:
        await ended(nodes[0], run.job_id)
    assert len(tick) == len(set(tick))


@pytest.mark.parametrize(
    ("catch_up", "interval", "missed", "jobs_made"),
    [("all", 60.0, 3600, 60), ("latest", 60.0, 3600, 1), ("none", 60.0, 3600, 1), ("latest", 7200.0, 7200, 1)],
)
async def test_catching_up(make_node, tick, catch_up: str, interval: float, missed: int, jobs_made: int) -> None:
    node = await make_node(start=False)
    made = await create(node, catch_up=catch_up, interval_seconds=interval)
    await due_since(node, made.id, missed)
    firing = schedule_firing.Firing(node)
    seconds = await firing.run()
    assert seconds is not None
    assert 0 < seconds <= interval
    found = await runs_of(node, made.id)
    assert len(found) == missed / interval
    assert [run.job_id is not None for run in found] == [False] * (len(found) - jobs_made) + [True] * jobs_made
    assert [job.id for job in await jobs_of(node, made.id)] == [run.job_id for run in found if run.job_id]
    assert await firing.run() is not None
    assert await runs_of(node, made.id) == found


async def test_what_overlaps_is_made_skipped_or_waits_for_its_turn(make_node, tick) -> None:
    running: list[str] = []
    most: list[int] = []
    may_end = asyncio.Event()

    @jobs.kind("test.long", submittable=True)
    async def long(attempt: jobs.Attempt, payload: Count) -> None:
        running.append(attempt.job_id)
        most.append(len(running))
        await may_end.wait()
        running.remove(attempt.job_id)

    node = await make_node(**{"jobs.slots": 8})
    given = {"kind": "test.long", "interval_seconds": 60.0, "catch_up": "all"}
    seen = {}
    for overlap in ("allow", "skip", "wait"):
        made = await create(node, overlap, overlap=overlap, **given)
        await due_since(node, made.id, 180)
        await sql(node, "UPDATE schedules SET next_at = now() + interval '1 hour' WHERE id <> :id", id=made.id)
        node.bus.wake("schedules")
        seen[overlap] = [run.skipped for run in await eventually(lambda of=made.id: runs_of(node, of))]
    assert seen == {"allow": [None] * 3, "skip": [None, "overlap", "overlap"], "wait": [None] * 3}

    async def all_that_may() -> bool:
        return len(running) == 5

    await eventually(all_that_may)
    waiting = await jobs_of(node, made.id)
    states = await sql(node, "SELECT state FROM jobs WHERE id = ANY(:ids) ORDER BY number", ids=[j.id for j in waiting])
    assert [row.state for row in states] == ["running", "held", "held"]

    [skip] = await sql(node, "SELECT id FROM schedules WHERE name = 'skip'")
    async with node.database.transaction() as session:
        with pytest.raises(ScheduleOverlaps, match="overlap is skip"):
            await schedule_firing.run_now(session, skip.id)
    may_end.set()
    for job in waiting:
        assert (await ended(node, job.id)).state == "succeeded"
    assert max(most) == 5
    async with node.database.transaction() as session:
        again = await schedule_firing.run_now(session, skip.id)
    await ended(node, again.job_id)


async def test_a_line_of_those_that_take_turns_has_an_end(make_node, tick, monkeypatch) -> None:
    monkeypatch.setattr(schedule_firing, "_LINE", 3)
    node = await make_node(start=False)
    made = await create(node, overlap="wait", catch_up="all", interval_seconds=60.0)
    await due_since(node, made.id, 300)
    await schedule_firing.Firing(node).run()
    assert [run.skipped for run in await runs_of(node, made.id)] == [None] * 3 + ["overlap"] * 2
    async with node.database.transaction() as session:
        with pytest.raises(ScheduleOverlaps, match="3 jobs of ticks have not ended"):
            await schedule_firing.run_now(session, made.id)


async def test_jobs_of_a_schedule_have_its_queue_urgency_and_attempts(make_node, tick) -> None:
    node = await make_node(start=False)
    given = {"queue": "night", "urgency": "high", "priority": 7, "max_attempts": 2}
    made = await create(node, **given)
    assert {name: getattr(made, name) for name in given} == given
    await due_since(node, made.id, 3600)
    await schedule_firing.Firing(node).run()
    [job] = await sql(node, "SELECT queue, priority, max_attempts FROM jobs")
    assert tuple(job) == ("night", 1007, 2)
    async with node.database.transaction() as session:
        change = schedules.ScheduleChange(version=1, queue=None, max_attempts=None, overlap="skip")
        after = await schedules.change_schedule(session, made.id, change)
    assert (after.queue, after.max_attempts, after.urgency, after.overlap) == (None, None, "high", "skip")
    async with node.database.transaction() as session:
        with pytest.raises(jobs.JobOptionInvalid, match="queue has 1 to 200 printable"):
            await schedules.change_schedule(session, made.id, schedules.ScheduleChange(version=2, queue="a\nb"))


async def test_none_skips_what_is_long_over(make_node, tick) -> None:
    node = await make_node(start=False)
    [now] = await sql(node, "SELECT now() AS at")
    minute = (now.at - timedelta(minutes=10)).minute
    made = await create(node, catch_up="none", cron=f"{minute} * * * *")
    await due_since(node, made.id, 3600)
    await schedule_firing.Firing(node).run()
    assert [run.job_id for run in await runs_of(node, made.id)] == [None]


async def test_all_is_bounded_and_jumps_to_the_newest(make_node, tick, monkeypatch) -> None:
    monkeypatch.setattr(schedule_firing, "CAUGHT_UP", 250)
    node = await make_node(start=False)
    made = await create(node, catch_up="all", interval_seconds=60.0)
    await due_since(node, made.id, 86400)
    await schedule_firing.Firing(node).run()
    found = await runs_of(node, made.id)
    assert 249 <= len(found) <= 250
    assert all(run.job_id for run in found)
    [last] = await sql(node, "SELECT next_at - now() AS left FROM schedules")
    assert timedelta(0) < last.left <= timedelta(seconds=60)


async def test_pause_and_resume_obey_the_policy(make_node, tick) -> None:
    node = await make_node(start=False)
    made = await create(node, catch_up="all", interval_seconds=60.0)
    async with node.database.transaction() as session:
        assert not (await schedules.pause_schedule(session, made.id)).enabled
    await due_since(node, made.id, 3600)
    firing = schedule_firing.Firing(node)
    assert await firing.run() is None
    assert await runs_of(node, made.id) == []
    async with node.database.transaction() as session:
        assert (await schedules.resume_schedule(session, made.id)).version == 3
    await firing.run()
    assert len(await runs_of(node, made.id)) == 60


async def test_many_schedules_due_at_once_on_several_nodes(make_node, tick) -> None:
    nodes = [await make_node(start=False) for _ in range(3)]
    made = [await create(nodes[0], f"s{n}", interval_seconds=3600.0) for n in range(70)]
    await due_since(nodes[0], made[0].id, 3600)
    firings = [schedule_firing.Firing(node) for node in nodes]
    await asyncio.gather(*[firing.run() for firing in firings])
    for firing in firings:
        await firing.run()
    counts = await sql(nodes[0], "SELECT schedule_id, count(*) AS n FROM schedule_runs GROUP BY 1")
    assert {row.schedule_id: row.n for row in counts} == {one.id: 1 for one in made}
    [count] = await sql(nodes[0], "SELECT count(*) AS n FROM jobs WHERE origin LIKE 'sch%'")
    assert count.n == 70


async def test_a_schedule_that_cannot_be_done_keeps_nobody_waiting(make_node, tick) -> None:
    class Strict(Count):
        needed: int

    node = await make_node(start=False)
    bad, good = await create(node, "bad", payload={"n": 1}), await create(node, "good")
    await due_since(node, bad.id, 3600)
    kinds.registered.pop("test.tick")

    @jobs.kind("test.tick", submittable=True)
    async def strict(attempt: jobs.Attempt, payload: Strict) -> None: ...

    await sql(node, "UPDATE schedules SET payload = '{\"needed\": 1}' WHERE name = 'good'")
    firing = schedule_firing.Firing(node)
    assert await firing.run() is not None
    assert [run.job_id is None for run in await runs_of(node, bad.id)] == [True]
    assert [run.job_id is None for run in await runs_of(node, good.id)] == [False]
    alarm = f"SELECT consequence FROM alarms WHERE key = 'schedules.refused.{bad.id}' AND cleared_at IS NULL"
    [raised] = await sql(node, alarm)
    assert "needed" in raised.consequence
    await sql(node, "UPDATE schedules SET payload = '{\"needed\": 1}'")
    await due_since(node, bad.id, 3600)
    await sql(node, "DELETE FROM schedule_runs")
    await schedule_firing.Firing(node).run()  # by another node than the one that met the refusal
    assert await sql(node, alarm) == []

    for end in (schedules.pause_schedule, schedules.delete_schedule):
        async with node.database.transaction() as session:
            key = schedules.refused_key(bad.id)
            await raise_alarm(session, key, priority="high", title="", consequence="needed", action="")
            await end(session, bad.id)
        assert await sql(node, alarm) == []


async def test_a_refusal_costs_no_other_schedule_its_time(make_node, tick) -> None:
    """When a refused job is dealt with, another node may be at its schedule: the next in line is not at fault."""
    node = await make_node(start=False)
    bad, good = await create(node, "bad"), await create(node, "good")
    await due_since(node, bad.id, 3600)
    firing = schedule_firing.Firing(node)
    async with node.database.transaction() as session:
        await session.execute(text("SELECT FROM schedules WHERE id = :id FOR UPDATE"), {"id": bad.id})
        await firing._give_up(bad.id, jobs.JobPayloadInvalid("not taken"))
    await firing.run()
    for one in (bad, good):
        assert [run.job_id is None for run in await runs_of(node, one.id)] == [False]


async def test_jitter_delays_the_job_and_not_its_making(make_node, tick) -> None:
    node = await make_node(start=False)
    made = await create(node, jitter_seconds=600.0, interval_seconds=3600.0)
    await due_since(node, made.id, 3600)
    await schedule_firing.Firing(node).run()
    [run], [job] = await runs_of(node, made.id), await jobs_of(node, made.id)
    assert job.run_at == run.target_at + timedelta(seconds=jitter(made.id, run.target_at, 600.0))


async def test_declared_schedules_are_made_and_kept_up_to_date(make_node, tick) -> None:
    jobs.schedule("test.nightly", "test.tick", Count(n=1), cron="0 3 * * *", time_zone="Europe/Berlin")
    with pytest.raises(ValueError, match="declared already"):
        jobs.schedule("test.nightly", "test.tick", {}, cron="0 3 * * *")
    nodes = [await make_node(start=False) for _ in range(3)]
    await asyncio.gather(*[schedules.declare(node) for node in nodes])
    [row] = await sql(nodes[0], "SELECT * FROM schedules")
    assert (row.declared, row.version, row.payload, row.created_by) == (True, 1, {"n": 1}, None)
    async with nodes[0].database.transaction() as session:
        await schedules.pause_schedule(session, row.id)
        change = schedules.ScheduleChange(version=2, priority=5)
        with pytest.raises(schedules.ScheduleChanged, match="only be paused"):
            await schedules.change_schedule(session, row.id, change)
        with pytest.raises(schedules.ScheduleChanged):
            await schedules.delete_schedule(session, row.id)
    schedules.declared.clear()
    jobs.schedule("test.nightly", "test.tick", Count(n=2), cron="30 3 * * *", time_zone="Europe/Berlin")
    await schedules.declare(nodes[1])
    [after] = await sql(nodes[0], "SELECT * FROM schedules")
    assert (after.enabled, after.version, after.payload, after.cron) == (False, 3, {"n": 2}, "30 3 * * *")
    assert after.next_at != row.next_at


async def test_an_idle_loop_sleeps_until_the_next_time(make_node, tick) -> None:
    node = await make_node(start=False)
    firing = schedule_firing.Firing(node)
    assert await firing.run() is None
    made = await create(node, interval_seconds=86400.0 * 30)
    seconds = await firing.run()
    [now] = await sql(node, "SELECT now() AS at")
    assert seconds is not None
    assert abs((made.next_at - now.at).total_seconds() - seconds) < 10


async def test_schedules_over_http(client, anonymous, node, tick) -> None:
    draft = {"name": "hourly", "kind": "test.tick", "payload": {"n": 3}, "cron": "@hourly", "time_zone": "Asia/Kolkata"}
    assert (await anonymous.post("/api/v1/schedules", json=draft)).status_code == 401
    created = await client.post("/api/v1/schedules", json=draft)
    assert created.status_code == 201, created.text
    made = created.json()
    assert created.headers["Location"] == f"/api/v1/schedules/{made['id']}"
    assert (made["cron"], made["version"], made["enabled"], made["catch_up"]) == ("@hourly", 1, True, "latest")
    assert made["next_at"].endswith(("30:00Z", "30:00+00:00"))
    again = await client.post("/api/v1/schedules", json=draft)
    assert (again.status_code, again.json()["code"]) == (409, "schedule_exists")

    url = f"/api/v1/schedules/{made['id']}"
    assert (await client.get(url)).json() == made
    assert [s["id"] for s in (await client.get("/api/v1/schedules")).json()["items"]] == [made["id"]]
    changed = await client.patch(url, json={"version": 1, "interval_seconds": 90, "name": "often"})
    assert changed.status_code == 200, changed.text
    assert {k: changed.json()[k] for k in ("cron", "interval_seconds", "version", "name")} == {
        "cron": None,
        "interval_seconds": 90,
        "version": 2,
        "name": "often",
    }
    stale = await client.patch(url, json={"version": 1, "priority": 5})
    assert (stale.status_code, stale.json()["code"]) == (409, "schedule_changed")
    assert "version 2 by now" in stale.json()["detail"]

    assert (await client.post(f"{url}/pause")).json()["enabled"] is False
    assert (await client.post(f"{url}/resume")).json()["enabled"] is True
    run = await client.post(f"{url}/run")
    assert run.status_code == 202
    runs = (await client.get(f"{url}/runs")).json()["items"]
    assert [r["job_id"] for r in runs] == [run.json()["job_id"]]
    assert (await client.get(f"/api/v1/jobs/{run.json()['job_id']}")).json()["origin"].startswith(made["id"] + "@")

    preview = await client.post("/api/v1/schedules/preview", json={"cron": "0 0 29 2 *"})
    assert len(preview.json()["times"]) == 10
    assert all(at[5:10] == "02-29" for at in preview.json()["times"])

    assert (await client.delete(url)).status_code == 204
    assert (await client.get(url)).json()["code"] == "schedule_not_found"
    assert (await client.get(f"{url}/runs")).status_code == 404


NO_SCHEDULES = [
    ({"cron": "61 * * * *"}, "/body/cron"),
    ({"interval_seconds": 0.1}, "/body/interval_seconds"),
    ({"cron": "* * * * *", "time_zone": "Nowhere"}, "/body/time_zone"),
    ({}, "/body/cron"),
    ({"cron": "* * * * *", "payload": {"n": "many"}}, None),
    ({"cron": "* * * * *", "kind": "test.unheard"}, None),
    ({"cron": "* * * * *", "jitter_seconds": -1}, "/body/jitter_seconds"),
    ({"cron": "* * * * *", "catch_up": "some"}, "/body/catch_up"),
    ({"cron": "* * * * *", "overlap": "some"}, "/body/overlap"),
    ({"cron": "* * * * *", "urgency": "some"}, "/body/urgency"),
    ({"cron": "* * * * *", "max_attempts": 0}, "/body/max_attempts"),
    ({"cron": "* * * * *", "queue": ""}, None),
    ({"cron": "* * * * *", "name": "a\u0000b"}, "/body/name"),
    ({"cron": "* * * * *", "priority": 5000}, "/body/priority"),
]


async def test_a_schedule_that_cannot_be_is_refused(client, tick) -> None:
    for given, pointer in NO_SCHEDULES:
        answer = await client.post("/api/v1/schedules", json={"name": "x", "kind": "test.tick", **given})
        assert answer.status_code == 422, answer.text
        if pointer is not None:
            assert pointer in [item["pointer"] for item in answer.json()["errors"]]


async def test_people_cannot_schedule_what_they_may_not_submit(client) -> None:
    @jobs.kind("test.inner")
    async def inner(attempt: jobs.Attempt, payload: Count) -> None: ...

    answer = await client.post("/api/v1/schedules", json={"name": "x", "kind": "test.inner", "cron": "@daily"})
    assert (answer.status_code, answer.json()["code"]) == (403, "job_kind_reserved")

"""Whose jobs, batches and schedules are: others' are not there, by the filter and by the database alone."""

from typing import Any

import httpx
import pytest
from queue_probe import Count, ended, enqueue, sql
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.kernel.scoping import Caller
from app.modules import accounts, jobs
from app.modules.jobs import JobNotFound, batches, listing, schedule_firing, schedules
from app.modules.jobs.schedule_views import ScheduleDraft

API = "/api/v1"
ANNA = Principal(user_id="usr_anna", name="Anna", role=Role.RUNNER)
BERT = Principal(user_id="usr_bert", name="Bert", role=Role.RUNNER, group_ids=frozenset({"grp_coast"}))
KEEPER = Principal(user_id="usr_keeper", name="Keeper", role=Role.OPERATOR)


@pytest.fixture
async def still(make_node: Any) -> Node:
    """A node that takes no work, so what is queued stays where it is."""
    return await make_node(start=False)


async def ids_seen(node: Node, caller: Principal, table: str) -> set[str]:
    """What the database itself lets a caller see: there is no filter in this statement."""
    async with node.database.transaction(caller) as session:
        return set(await session.scalars(text(f"SELECT id FROM {table}")))


@pytest.mark.security("S6")
async def test_the_database_shows_a_caller_only_what_is_theirs(still: Node) -> None:
    mine = await enqueue(still, "test.x", owner_id=ANNA.user_id)
    others = await enqueue(still, "test.x", owner_id=BERT.user_id)
    house = await enqueue(still, "test.x")
    assert await ids_seen(still, ANNA, "jobs") == {mine, house}
    assert await ids_seen(still, BERT, "jobs") == {others, house}
    assert await ids_seen(still, KEEPER, "jobs") == {mine, others, house}
    async with still.database.transaction() as session:
        for job_id in (mine, others, house):
            await jobs.cancel(session, job_id)
    assert await ids_seen(still, ANNA, "jobs") == set()
    assert await ids_seen(still, ANNA, "finished_jobs") == {mine, house}
    assert await ids_seen(still, KEEPER, "finished_jobs") == {mine, others, house}


@pytest.mark.security("S6")
async def test_what_belongs_to_a_shared_incident_is_seen_with_it(still: Node) -> None:
    job_id = await enqueue(still, "test.x", owner_id=ANNA.user_id, incident_id="inc_1")
    assert await ids_seen(still, BERT, "jobs") == set()
    await sql(
        still,
        "INSERT INTO shares (object_id, subject_id, level, shared_by)"
        " VALUES ('inc_1', 'grp_coast', 'view', 'usr_anna')",
    )
    assert await ids_seen(still, BERT, "jobs") == {job_id}
    async with still.database.transaction(BERT) as session:
        assert (await jobs.get(session, job_id)).owner_id == ANNA.user_id


@pytest.mark.security("S6")
async def test_nobody_queues_a_job_in_another_name(still: Node) -> None:
    with pytest.raises(DBAPIError, match="row-level security"):
        async with still.database.transaction(ANNA) as session:
            await jobs.enqueue(session, "test.x", Count(), owner_id=BERT.user_id)
    async with still.database.transaction(ANNA) as session:
        await jobs.enqueue(session, "test.x", Count(), owner_id=ANNA.user_id)
        await jobs.enqueue(session, "test.x", Count())


@pytest.mark.security("S6")
async def test_reading_and_cancelling_others_finds_nothing(still: Node) -> None:
    job_id = await enqueue(still, "test.x", owner_id=BERT.user_id)
    async with still.database.transaction(ANNA) as session:
        assert await jobs.find(session, job_id) is None
        with pytest.raises(JobNotFound):
            await jobs.cancel(session, job_id)
        assert await jobs.cancel_where(session, kind="test.x") == 0
    async with still.database.transaction(BERT) as session:
        assert await jobs.cancel_where(session, kind="test.x") == 1
    assert await ids_seen(still, BERT, "finished_jobs") == {job_id}


@pytest.mark.security("S6")
async def test_a_key_held_by_a_job_one_does_not_see_is_taken(still: Node) -> None:
    await enqueue(still, "test.x", owner_id=BERT.user_id, unique_key="tide")
    with pytest.raises(jobs.UniqueKeyTaken, match="do not see"):
        async with still.database.transaction(ANNA) as session:
            await jobs.enqueue(session, "test.x", Count(), unique_key="tide", owner_id=ANNA.user_id)


@pytest.mark.security("S6")
async def test_pages_and_counts_hold_what_the_caller_sees(make_node: Any) -> None:
    node = await make_node()
    mine = [await enqueue(node, "test.unknown", n, owner_id=ANNA.user_id) for n in range(3)]
    house = await enqueue(node, "test.unknown")
    for n in range(3):
        await enqueue(node, "test.unknown", n, owner_id=BERT.user_id)
    for wanted in (jobs.JobFilter(), jobs.JobFilter(kind="test.unknown"), jobs.JobFilter(state=("queued",))):
        first = await jobs.list_jobs(node, wanted, limit=2, caller=Caller.of(ANNA))
        rest = await jobs.list_jobs(node, wanted, cursor=first.next_cursor, caller=Caller.of(ANNA))
        assert [job.id for job in (*first.items, *rest.items)] == [house, *reversed(mine)]
        assert len((await jobs.list_jobs(node, wanted, caller=Caller.of(KEEPER))).items) == 7
        assert (await listing.counts(node, wanted, caller=Caller.of(ANNA)))["queued"] == 4
        assert (await listing.counts(node, wanted, caller=Caller.of(KEEPER)))["queued"] == 7


async def token_of(node: Node, name: str, role: Role) -> tuple[str, dict[str, str]]:
    async with node.database.transaction() as session:
        user = await accounts.create_user(session, f"{name}@example.org", name, role, "correct horse battery staple")
        _, raw = await accounts.create_token(session, user.id, "test", ("*",))
    return user.id, {"Authorization": f"Bearer {raw}"}


@pytest.mark.security("S6")
async def test_two_users_over_http(running_node: Node, anonymous: httpx.AsyncClient) -> None:
    node = running_node
    keeper_id, keeper = await token_of(node, "keeper", Role.OPERATOR)
    anna_id, anna = await token_of(node, "anna", Role.RUNNER)
    _, bert = await token_of(node, "bert", Role.VIEWER)
    async with node.database.transaction() as session:
        job_id = await jobs.enqueue(session, "wait", {"milliseconds": 1}, owner_id=anna_id)
    await ended(node, job_id)
    async with node.database.transaction() as session:
        batch_id = await batches.open_batch(session, "hers", owner_id=anna_id)
        draft = ScheduleDraft(name="hers", kind="wait", payload={"milliseconds": 1}, cron="0 0 1 1 *")
        schedule = await schedules.create_schedule(session, draft, anna_id)
    posted = await anonymous.post(f"{API}/jobs", headers=keeper, json={"kind": "wait", "payload": {"milliseconds": 1}})
    await ended(node, posted.json()["id"])
    paths = [
        f"/jobs/{job_id}",
        f"/jobs/{job_id}/attempts",
        f"/job-batches/{batch_id}",
        f"/schedules/{schedule.id}",
        f"/schedules/{schedule.id}/runs",
    ]
    for who, status in ((anna, 200), (keeper, 200), (bert, 404)):
        for path in paths:
            answer = await anonymous.get(API + path, headers=who)
            assert answer.status_code == status, (path, answer.text)
    assert (await anonymous.get(f"{API}/jobs/{posted.json()['id']}", headers=anna)).status_code == 404
    for path, key in (("/jobs", job_id), ("/job-batches", batch_id), ("/schedules", schedule.id)):
        for who, there in ((anna, True), (keeper, True), (bert, False)):
            items = (await anonymous.get(f"{API}{path}?limit=500", headers=who)).json()["items"]
            assert (key in {item["id"] for item in items}) is there
    said = (await anonymous.get(f"{API}/jobs/{posted.json()['id']}", headers=keeper)).json()
    assert said["owner_id"] == keeper_id
    by_number = f"{API}/jobs/{said['number']}"
    assert (await anonymous.get(by_number, headers=keeper)).json()["id"] == said["id"]
    assert (await anonymous.get(by_number, headers=anna)).status_code == 404
    assert (await anonymous.get(f"{API}/jobs/{10**17}", headers=keeper)).status_code == 404


async def test_a_schedules_and_a_batchs_jobs_are_their_owners(still: Node) -> None:
    async with still.database.transaction() as session:
        draft = ScheduleDraft(name="hers", kind="wait", payload={"milliseconds": 1}, cron="0 0 1 1 *")
        schedule = await schedules.create_schedule(session, draft, ANNA.user_id)
        run = await schedule_firing.run_now(session, schedule.id)
    [row] = await sql(still, "SELECT owner_id FROM jobs WHERE id = :id", id=run.job_id)
    assert row.owner_id == ANNA.user_id


async def test_an_ended_job_changes_hands_and_nothing_else(still: Node) -> None:
    job_id = await enqueue(still, "test.x", owner_id=ANNA.user_id)
    async with still.database.transaction() as session:
        await jobs.cancel(session, job_id)
    await sql(still, "UPDATE finished_jobs SET owner_id = 'usr_bert' WHERE id = :id", id=job_id)
    with pytest.raises(DBAPIError, match="never changes"):
        await sql(still, "UPDATE finished_jobs SET kind = 'x' WHERE id = :id", id=job_id)

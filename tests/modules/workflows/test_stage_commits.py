"""Plain stages share commits: fenced, apart from each other's faults, quick for good; the next one is born running."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from app.kernel.hot import HotConnection
from app.modules.workflows import commit_sql, group_commit, incidents
from app.modules.workflows.catalogue import catalogue_of
from app.modules.workflows.stage_commits import stage_commits_of
from tests.modules.workflows.gate import gate, gates
from tests.modules.workflows.house import House
from tests.modules.workflows.test_engine import ended, opened

WORKFLOW = r"""
from pydantic import BaseModel
from stormbell import Incident, stage, workflow
from tests.modules.workflows.gate import gate


class Note(BaseModel):
    n: int = 0
    how: str = ""


@workflow("bell")
class Bell:
    class State(BaseModel):
        log: list[str] = []

    @stage(max_attempts=1)
    async def begin(self, incident: Incident[State], message: Note) -> None:
        incident.state.log.append("begun")
        if message.how == "nul":
            incident.state.log.append("a\x00b")
        if message.how == "a broken error":
            raise ValueError("a\x00b\udc80")
        if message.how == "a broken wait":
            incident.wait("a\udc80b", seconds=60)
        if message.how == "a broken label":
            incident.label("a\udc80b")
            return
        if message.how == "nothing":
            return
        if message.how == "held":
            gate("held").reached.set()
            await gate("held").opened.wait()
        if message.how.startswith("overtaken"):
            gate(message.how).reached.set()
            await gate(message.how).opened.wait()
        if message.how == "overtaken and failing":
            raise ValueError("no rope")
        if message.how == "overtaken and not plain":
            incident.ask("Ring?", then=self.second)
        incident.label("with\x1ea mark\x00")
        incident.send(self.second, message)

    @stage
    async def second(self, incident: Incident[State], message: Note) -> None:
        incident.state.log.append("second")
        incident.send(self.third, message)

    @stage
    async def third(self, incident: Incident[State], message: Note) -> None:
        if message.how == "held at last":
            gate("held at last").reached.set()
            await gate("held at last").opened.wait()
        incident.complete("rung")
"""


@pytest.fixture(autouse=True)
def shut() -> None:
    gates.clear()


async def test_the_next_stage_is_born_running_and_its_label_is_kept_readable(house: House) -> None:
    incident = await ended(house, await opened(house, "softly"))
    facts = [f["type"] for f in reversed((await house.get("/events", incident_id=incident["id"]))["items"])]
    assert facts == [
        "incident.opened",
        "stage.queued",
        "stage.started",
        *("stage.succeeded", "stage.started", "stage.succeeded", "stage.started", "stage.succeeded"),
        "incident.state_changed",
        "incident.state_changed",
    ]
    (begin, second, third) = (await house.get(f"/incidents/{incident['id']}/timeline"))["stages"]
    assert begin["label"] == "with a mark "
    assert [s["attempts"] for s in (begin, second, third)] == [1, 1, 1]
    assert incident["state_data"] == {"log": ["begun", "second"]}


@pytest.mark.parametrize("how", ["nul", "a broken wait", "a broken label"])
async def test_one_that_cannot_be_committed_fails_alone(house: House, how: str) -> None:
    good = [opened(house, "softly") for _ in range(12)]
    ids = await asyncio.gather(*good[:6], opened(house, how), *good[6:])
    found = [await ended(house, one) for one in ids]
    assert [i["state"] for i in found] == ["complete"] * 6 + ["error"] + ["complete"] * 6
    assert found[6]["state_data"] == {"log": []}


async def test_an_error_no_text_can_hold_is_told_all_the_same(house: House) -> None:
    incident = await ended(house, await opened(house, "a broken error"))
    told = r"ValueError: a\0b\udc80"
    assert (incident["state"], incident["comment"]) == ("error", f"stage begin failed: {told}")
    (begin,) = (await house.get(f"/incidents/{incident['id']}/timeline"))["stages"]
    assert [one["error"] for one in begin["attempts_log"]] == [told]


async def test_the_commit_of_an_attempt_that_was_overtaken_is_refused(house: House) -> None:
    incident_id = await opened(house, "held")
    overtake = text("UPDATE jobs SET attempt = attempt + 1 WHERE incident_id = :id AND kind = 'workflows.stage'")
    async with asyncio.timeout(30):
        await gate("held").reached.wait()
    async with house.node.database.transaction() as session:  # as the rescue of a silent node's job and a claim do
        await session.execute(overtake, {"id": incident_id})
    gate("held").opened.set()

    await let_go(house, incident_id)
    incident = await house.get(f"/incidents/{incident_id}")
    assert (incident["state"], incident["state_data"]) == ("active", {"log": []})
    assert (incident["stage_count"], incident["stages_done"]) == (1, 0)


async def let_go(house: House, incident_id: str) -> None:
    """Wait until the node has no job of the incident in hand."""

    async def look() -> bool:
        worker = house.node.registry["jobs.worker"]
        return not any(running.incident_id == incident_id for running in worker._in_hand)

    await house.until(look)


@pytest.mark.parametrize("how", ["overtaken", "overtaken and not plain", "overtaken and failing"])
async def test_a_stage_that_another_job_tries_again_takes_nothing_from_the_job_it_had(house: House, how: str) -> None:
    incident_id = await opened(house, how)
    async with asyncio.timeout(30):
        await gate(how).reached.wait()
    # As when the incident stopped and was tried again while the node that has the job did not answer.
    again = text("UPDATE stages SET job_id = 'job_again' WHERE incident_id = :id RETURNING id")
    async with house.node.database.transaction() as session:
        stage_id = await session.scalar(again, {"id": incident_id})
        job_id = await session.scalar(
            text("SELECT id FROM jobs WHERE incident_id = :id AND kind = 'workflows.stage'"), {"id": incident_id}
        )
    gate(how).opened.set()
    await let_go(house, incident_id)
    incident = await house.get(f"/incidents/{incident_id}")
    assert (incident["state"], incident["state_data"]) == ("active", {"log": []})
    (only,) = (await house.get(f"/incidents/{incident_id}/timeline"))["stages"]
    assert (only["state"], only["error"]) == ("running", None)
    assert (await house.get(f"/incidents/{incident_id}/questions"))["items"] == []
    commits = stage_commits_of(house.node)
    assert await commits.begin(stage_id, job_id, 2) is None
    begun = await commits.begin(stage_id, "job_again", 1)
    assert begun is not None
    assert begun.stage_id == stage_id


async def test_an_incident_is_not_completed_over_a_message_that_was_just_accepted(house: House) -> None:
    node, incident_id = house.node, await opened(house, "nothing")

    async def done() -> bool:
        return bool((await house.get(f"/incidents/{incident_id}"))["stages_done"] == 1)

    await house.until(done)
    connection = HotConnection(node.database, settings=group_commit._SETTINGS)
    (pid,) = (await connection.fetch("SELECT pg_backend_pid()"))[0]
    try:
        async with node.database.transaction() as session:
            incident = await incidents.get(session, incident_id, lock=True)
            incident.state = "completing"
        async with node.database.transaction() as session:
            incident = await incidents.get(session, incident_id, lock=True)
            definition = catalogue_of(node).find(incident.workflow, incident.workflow_version)
            assert definition is not None
            second = definition.spec.stages["second"]
            await incidents.send(session, incident, second, {}, originator="usr_owner", delay_seconds=600)
            settling = asyncio.create_task(stage_commits_of(node).settle(connection, [incident_id]))

            async def waits() -> bool:
                async with node.database.transaction() as other:
                    found = await other.scalar(text("SELECT cardinality(pg_blocking_pids(:pid))"), {"pid": pid})
                return bool(found)

            await house.until(waits)
        assert await settling == []
    finally:
        await connection.close()
    assert (await house.get(f"/incidents/{incident_id}"))["state"] == "completing"


async def test_a_last_stage_does_not_complete_over_a_message_accepted_while_its_commit_waited(house: House) -> None:
    node, incident_id = house.node, await opened(house, "held at last")
    async with asyncio.timeout(30):
        await gate("held at last").reached.wait()
    async with node.database.transaction() as session:
        incident = await incidents.get(session, incident_id, lock=True)
        definition = catalogue_of(node).find(incident.workflow, incident.workflow_version)
        assert definition is not None
        second = definition.spec.stages["second"]
        await incidents.send(session, incident, second, {}, originator="usr_owner", delay_seconds=600)
        pid = await session.scalar(text("SELECT pg_backend_pid()"))
        gate("held at last").opened.set()

        async def waits() -> bool:
            blocked = text("SELECT count(*) FROM pg_stat_activity WHERE :pid = ANY(pg_blocking_pids(pid))")
            async with node.database.transaction() as other:
                return bool(await other.scalar(blocked, {"pid": pid}))

        await house.until(waits)

    async def done() -> bool:
        return bool((await house.get(f"/incidents/{incident_id}"))["stages_done"] == 3)

    await house.until(done)
    assert (await house.get(f"/incidents/{incident_id}"))["state"] == "completing"


async def test_incidents_jobs_and_stages_are_found_by_their_ids_however_stale_the_statistics_are(house: House) -> None:
    connection = HotConnection(house.node.database, settings=group_commit._SETTINGS)
    await connection.fetch("SELECT 1")
    try:
        await connection.fetch("SET plan_cache_mode = force_generic_plan")
        many = "\x1e".join(str(n) for n in range(100))
        arguments: list[Any] = [many] * 26
        rows = await connection.fetch(
            f"EXPLAIN {commit_sql.COMMIT}", *arguments, *("workflows.stage", "default", "queued", None, None, None)
        )
        (source,) = (await connection.fetch("SELECT prosrc FROM pg_proc WHERE proname = 'incidents_under_way'"))[0]
        asks = source.partition("RETURN QUERY")[2].partition(";")[0]
        for n, name in enumerate(("incident_ids", "stage_ids", "job_ids"), 1):
            asks = asks.replace(f"{name},", f"${n}::text[],").replace(f"{name})", f"${n}::text[])")
        asked = await connection.fetch(f"EXPLAIN {asks}", *[[str(n) for n in range(100)]] * 3)
    finally:
        await connection.close()
    plan = "\n".join(row[0] for row in rows)
    function_plan = "\n".join(row[0] for row in asked)
    assert "Seq Scan" not in plan + function_plan
    assert _indexes(plan) == {"pk_incidents", "pk_jobs", "pk_stages"}
    of_incident = {"ix_stages_incident", "ix_jobs_incident", "ix_incidents_parent"}
    assert _indexes(function_plan) == of_incident | {"ix_gathers_incident_id", "ix_questions_incident"}


def _indexes(plan: str) -> set[str]:
    return {line.split(" using ")[1].split()[0] for line in plan.splitlines() if " using " in line}

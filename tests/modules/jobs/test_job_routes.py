"""``/api/v1/jobs``."""

from queue_probe import Count

from app.modules import jobs


async def test_jobs_over_http(client, anonymous, node) -> None:
    async with node.database.transaction() as session:
        first = await jobs.enqueue(session, "test.none", Count(), incident_id="inc_1", delay_seconds=60)
        second = await jobs.enqueue(session, "test.none", Count())

    assert (await anonymous.get("/api/v1/jobs")).status_code == 401

    listed = (await client.get("/api/v1/jobs")).json()
    assert [item["id"] for item in listed["items"]] == [second, first]
    assert listed["next_cursor"] is None
    narrowed = (await client.get("/api/v1/jobs?state=queued&state=running&incident_id=inc_1&kind=test.none")).json()
    assert [item["id"] for item in narrowed["items"]] == [first]
    assert (await client.get("/api/v1/jobs?state=asleep")).status_code == 422

    job = (await client.get(f"/api/v1/jobs/{first}")).json()
    assert job["state"] == "queued"
    assert job["waiting_on"]["kind"] == "time"
    assert job["waiting_on"]["next_check_at"] == job["run_at"]

    cancelled = await client.post(f"/api/v1/jobs/{first}/cancellation")
    assert cancelled.status_code == 202
    assert cancelled.json()["state"] == "cancelled"

    missing = await client.get("/api/v1/jobs/job_none")
    assert missing.status_code == 404
    assert missing.json()["code"] == "job_not_found"

"""Who may start a workflow, and what its runs cost them."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.principal import Role
from app.modules import accounts
from tests.modules.workflows.house import House

WORKFLOW = """
from pydantic import BaseModel
from stormbell import Gathered, Incident, SimulationRequest, stage, workflow


class Start(BaseModel):
    hours: float = 1


@workflow("bell")
class Bell:
    @stage(sends=("ends",), max_attempts=1)
    async def ring(self, incident: Incident, message: Start) -> None:
        run = SimulationRequest(name="run", command=["sh", "-c", "echo done > out"], outputs=["out"],
                                walltime_seconds=message.hours * 3600)
        incident.simulate([run], then=self.ends, message=Gathered())

    @stage
    async def ends(self, incident: Incident, message: Gathered) -> None:
        incident.complete()
"""


@pytest.fixture
async def bob(app: FastAPI, node: Node) -> tuple[str, Callable[[], httpx.AsyncClient]]:
    """A runner, and how to open a client with a token of theirs."""
    async with node.database.transaction() as session:
        user = await accounts.create_user(session, "bob@example.org", "Bob", Role.RUNNER, "a password nobody has")
        _, raw = await accounts.create_token(session, user.id, "test")

    def client() -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {raw}"}
        return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000/api/v1", headers=headers)

    return user.id, client


def opening(**message: Any) -> dict[str, Any]:
    return {"workflow": "bell", "name": new_id("try"), "stage": "ring", "message": message}


async def set_up(house: House, path: str, body: dict[str, Any], method: str = "POST") -> Any:
    answer = await house.client.request(method, f"/api/v1{path}", json=body)
    return answer.raise_for_status().json()


@pytest.mark.covers("V7")
async def test_a_workflow_is_started_by_who_may(house: House, bob: Any) -> None:
    bob_id, client = bob
    async with client() as bobs:
        for allowed, status in ((["gong"], 403), ([], 403), (["gong", "bell"], 201), (None, 201)):
            await set_up(house, f"/users/{bob_id}", {"allowed_workflows": allowed}, "PATCH")
            answer = await bobs.post("/incidents", json=opening())
            assert answer.status_code == status, answer.text
            assert (await bobs.get("/profile")).json()["allowed_workflows"] == (sorted(allowed) if allowed else allowed)
            if status == 403:
                assert answer.json()["code"] == "workflow_not_allowed"


@pytest.mark.covers("C22")
async def test_runs_are_paid_by_whose_incident_it_is(house: House, bob: Any) -> None:
    bob_id, client = bob
    for resource, granted in (("core_hours", 2), ("bytes", 1000)):
        await set_up(house, "/allocations", {"subject_id": bob_id, "resource": resource, "granted": granted})
    async with client() as bobs:
        incident = (await bobs.post("/incidents", json=opening(hours=2))).json()

        async def ended() -> bool:
            return (await house.get(f"/incidents/{incident['id']}"))["state"] == "complete"

        await house.until(ended)
        left = {row["resource"]: row for row in (await bobs.get("/allocations")).json()["items"]}
        assert left["core_hours"]["reserved"] == 0
        assert 0 < left["core_hours"]["used"] < 0.1
        assert left["bytes"]["used"] == len("done\n")


@pytest.mark.covers("C22")
async def test_a_run_that_is_not_paid_for_is_not_made_and_the_incident_says_why(house: House, bob: Any) -> None:
    bob_id, client = bob
    await set_up(house, "/allocations", {"subject_id": bob_id, "resource": "core_hours", "granted": 2})
    async with client() as bobs:
        incident = (await bobs.post("/incidents", json=opening(hours=3))).json()

        async def ended() -> bool:
            return (await house.get(f"/incidents/{incident['id']}"))["state"] == "error"

        await house.until(ended)
        said = str(await house.get(f"/incidents/{incident['id']}"))
        assert "3 core-hours are needed and 2 core-hours are left" in said
        assert (await house.get("/simulations"))["items"] == []


async def test_what_somebody_ran_is_the_heirs_with_its_history(house: House, app: FastAPI, bob: Any) -> None:
    bob_id, client = bob
    async with client() as bobs:
        incident = (await bobs.post("/incidents", json=opening())).json()

        async def ended() -> bool:
            return (await house.get(f"/incidents/{incident['id']}"))["state"] == "complete"

        await house.until(ended)
        events = (await bobs.get("/events", params={"incident_id": incident["id"]})).json()
    async with house.node.database.transaction() as session:
        heir = await accounts.create_user(session, "heidi@example.org", "Heidi", Role.RUNNER, "a password nobody has")
        _, raw = await accounts.create_token(session, heir.id, "test")
    refused = await house.client.delete(f"/api/v1/users/{bob_id}")
    assert (refused.status_code, refused.json()["code"]) == (409, "account_owns_things")
    assert {"incidents", "simulations", "datasets"} <= {item["pointer"][1:] for item in refused.json()["errors"]}
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {raw}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000/api/v1", headers=headers) as hers:
        assert (await hers.get(f"/incidents/{incident['id']}")).status_code == 404
        left = await house.client.delete(f"/api/v1/users/{bob_id}", params={"heir": heir.id})
        assert left.status_code == 204, left.text
        assert (await hers.get(f"/incidents/{incident['id']}")).status_code == 200
        assert (await hers.get("/events", params={"incident_id": incident["id"]})).json() == events
        assert (await hers.get("/simulations")).json()["items"]
        assert (await hers.get("/datasets")).json()["items"]

"""kill -9 of the server and of PostgreSQL in the middle of an ensemble: nothing lost, nothing twice.

Each seed is one life: an arrival opens an incident, twelve simulations run, and at a seeded moment between the first
arrival and the publication the server dies. ``make test`` runs two lives, ``make chaos`` twenty.
"""

import asyncio
import hashlib
import os
import random
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tools.live import Server, owner_of

MEMBERS = 12
SEEDS = range(int(os.environ.get("CHAOS_LIVES", "2")))

WORKFLOW = f'''
import sys
from pydantic import BaseModel
from stormbell import Arrival, Gathered, Incident, Opening, SimulationRequest, stage, trigger, workflow

MEMBER = """
import json, sys, time
member = json.load(open("params.json"))
print("member", member, flush=True)
time.sleep(0.2 + 0.05 * (member % 5))
open("member.txt", "w").write(f"result of {{member}}\\\\n" * 1000)
"""

class Go(BaseModel):
    pass

class All(Gathered):
    pass

@workflow("ring")
class Ring:
    class State(BaseModel):
        begun: int = 0
        combined: int = 0
        members: int = 0

    @trigger(source="bells")
    def arrives(self, arrival: Arrival) -> Opening:
        return Opening(key=arrival.key, name=f"Bell {{arrival.key}}", stage=self.begin, message=Go())

    @stage(sends=("combine",))
    async def begin(self, incident: Incident[State], message: Go) -> None:
        incident.state.begun += 1
        incident.simulate(
            [
                SimulationRequest(
                    name=f"member {{n:02d}}", command=[sys.executable, "-I", "-S", "-c", MEMBER],
                    files={{"params.json": n}}, outputs=["member.txt"], role="member", max_attempts=5,
                    memory_bytes=2**31,
                )
                for n in range({MEMBERS})
            ],
            then=self.combine, message=All(),
        )

    @stage
    async def combine(self, incident: Incident[State], message: All) -> None:
        incident.state.combined += 1
        incident.state.members = len(message.succeeded)
        joined = b"".join(
            incident.path(r.datasets["member.txt"]).read_bytes() for r in message.succeeded
        )
        (incident.scratch / "all.txt").write_bytes(joined)
        incident.register("all.txt", role="grid", inputs=[r.datasets["member.txt"] for r in message.succeeded])
        incident.complete()
'''


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    running = Server(tmp_path / "data")
    (running.data / "workflows").mkdir(parents=True)
    (running.data / "workflows" / "ring.py").write_text(WORKFLOW)
    await running.start()
    yield running
    await running.stop()


async def ring(client: httpx.AsyncClient, key: str) -> None:
    sources = (await client.get("/sources")).raise_for_status().json()["items"]
    if not sources:
        source = {"name": "bells", "driver": "push", "settings": {"key": "/id"}}
        sources = [(await client.post("/sources", json=source)).raise_for_status().json()]
    (await client.post(f"/sources/{sources[0]['id']}/deliveries", json={"id": key})).raise_for_status()


async def incident_of(client: httpx.AsyncClient, key: str) -> dict[str, Any] | None:
    items = (await client.get("/incidents")).raise_for_status().json()["items"]
    return next((item for item in items if item["key"] == key), None)


async def until_ended(client: httpx.AsyncClient, key: str, seconds: float = 90) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    incident: dict[str, Any] | None = None
    while time.monotonic() < deadline:
        incident = await incident_of(client, key)
        if incident is not None and incident["state"] not in ("active", "completing"):
            return incident
        await asyncio.sleep(0.05)
    raise AssertionError(f"did not end within {seconds} s; waits for {incident and incident['waits']}")


async def check_once(client: httpx.AsyncClient, incident: dict[str, Any]) -> None:
    """One incident, every member's result once, every byte as its checksum says."""
    assert incident["state"] == "complete", incident["comment"]
    assert incident["state_data"] == {"begun": 1, "combined": 1, "members": MEMBERS}
    assert len((await client.get("/incidents")).json()["items"]) == 1
    timeline = (await client.get(f"/incidents/{incident['id']}/timeline")).raise_for_status().json()
    assert [s["state"] for s in timeline["simulations"]] == ["succeeded"] * MEMBERS
    assert [s["name"] for s in timeline["stages"]] == ["begin", "combine"]
    members = [d for d in timeline["datasets"] if d["role"] == "member"]
    assert len({d["simulation_id"] for d in members}) == len(members) == MEMBERS
    assert len(timeline["datasets"]) == MEMBERS + 1
    for dataset in timeline["datasets"]:
        content = (await client.get(f"/datasets/{dataset['id']}/content")).raise_for_status().content
        assert hashlib.sha256(content).hexdigest() == dataset["sha256"]


@pytest.mark.chaos
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", SEEDS)
async def test_the_same_incident_completes_after_the_server_was_killed(server: Server, seed: int) -> None:
    chance = random.Random(seed)
    async with owner_of(server) as client:
        await ring(client, "b1")
        # An ensemble takes about two seconds here: the moment falls anywhere from the arrival to the combination.
        await asyncio.sleep(chance.uniform(0.0, 2.2))
        before = await incident_of(client, "b1")
        await server.kill()
        await server.start()
        incident = await until_ended(client, "b1")
        assert before is None or incident["id"] == before["id"]
        await check_once(client, incident)


@pytest.mark.chaos
@pytest.mark.timeout(600)
async def test_postgres_killed_in_the_middle_is_back_within_five_seconds(server: Server) -> None:
    async with owner_of(server) as client:
        await ring(client, "b1")
        await asyncio.sleep(0.8)
        os.kill(server.postgres_pid(), signal.SIGKILL)
        began = time.monotonic()
        while True:
            answer = await client.get("/incidents")
            if answer.status_code == 200:
                break
            assert answer.status_code == 503, answer.text
            assert answer.json()["code"] == "database_unavailable"
            assert time.monotonic() - began < 5
            await asyncio.sleep(0.02)
        await check_once(client, await until_ended(client, "b1"))

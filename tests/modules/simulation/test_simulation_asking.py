"""Simulations people and programs ask for: commands, applications, held ones, repeats, what is cancelled by filter."""

import shlex
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from simulation_probe import ended, machine_of, until, until_true

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules import data, machines
from app.modules.accounts.allocations import Grant, grant
from app.modules.accounts.models import User
from tests.conftest import _client

ADA = Principal(user_id="usr_ada", name="Ada", role=Role.RUNNER)
BEN = Principal(user_id="usr_ben", name="Ben", role=Role.RUNNER)
API = "/api/v1"
QUAKE: dict[str, Any] = {
    "description": "Shakes the ground",
    "script": "set -e\necho magnitude {{magnitude}} name {{name}} > out.txt\ncat event.txt >> out.txt\n",
    "inputs": [{"path": "event.txt"}],
    "outputs": [{"pattern": "out.txt", "role": "ground"}],
    "parameters": {
        "type": "object",
        "properties": {
            "magnitude": {"type": "number", "minimum": 0, "default": 6.5},
            "name": {"type": "string"},
        },
        "required": ["name"],
    },
    "resources": {"walltime_seconds": 60},
}


@pytest.fixture
async def people(app: FastAPI, running_node: Node, client: httpx.AsyncClient) -> AsyncIterator[dict[str, Any]]:
    """HTTP clients that are two runners, beside the owner's."""
    before = running_node.authenticate
    known = {"ada": ADA, "ben": BEN}

    async def authenticate(request: Request) -> Principal | None:
        return known.get(request.headers.get("X-Test-Caller", "")) or await before(request)

    running_node.authenticate = authenticate
    async with _client(app, {"X-Test-Caller": "ada"}) as ada, _client(app, {"X-Test-Caller": "ben"}) as ben:
        yield {"ada": ada, "ben": ben, "olga": client}


async def content_of(node: Node, simulation_id: str) -> bytes:
    async with node.database.sessions() as session:
        (dataset,) = await data.list_of_simulation(session, simulation_id)
        return await data.read_bytes(session, node, dataset.id)


@pytest.mark.covers("V42", "V46")
async def test_a_script_is_asked_for_run_again_and_its_history_kept(
    running_node: Node, client: httpx.AsyncClient
) -> None:
    body = {
        "name": "hello",
        "script": "#!/bin/bash\necho $0 ${BASH_VERSION:+bash} > out\n",
        "outputs": [{"pattern": "out"}],
    }
    planned = await client.post(f"{API}/simulations/preview", json=body)
    assert planned.status_code == 200, planned.text
    plan = planned.json()
    assert (plan["machine"], plan["command"], plan["core_hours"]) == ("local", ["/bin/bash", "run.sh"], 1.0)
    assert plan["script"] == "/bin/bash run.sh\n"
    assert plan["placement"]["candidates"][0]["estimate"]["run"]["basis"] == "walltime"
    assert (await client.get(f"{API}/simulations")).json()["items"] == []

    made = await client.post(f"{API}/simulations", json=body)
    assert made.status_code == 201, made.text
    (one,) = made.json()["simulations"]
    assert (one["state"], one["owner_id"]) == ("created", "usr_owner")
    (row,) = await ended(running_node)
    assert (row.state, row.error) == ("succeeded", None)
    assert await content_of(running_node, row.id) == b"run.sh bash\n"
    states = (await client.get(f"{API}/simulations/{row.id}/states")).json()["items"]
    # That it ran is seen by a poll meanwhile, or by none: it takes some milliseconds.
    assert [s["state"] for s in states if s["state"] != "running"] == ["queued", "completing", "succeeded"]

    again = await client.post(f"{API}/simulations/{row.id}/reruns")
    assert (again.status_code, again.json()["rerun_of"]) == (201, row.id)
    rows = await ended(running_node, count=2)
    assert {r.state for r in rows} == {"succeeded"}
    # What it took before is what it is expected to take now.
    plan = (await client.post(f"{API}/simulations/preview", json=body)).json()
    run = plan["placement"]["candidates"][0]["estimate"]["run"]
    assert (run["basis"], run["count"]) == ("here", 2)
    assert run["p50"] < 30


@pytest.mark.covers("V43", "V44")
async def test_a_held_one_is_prepared_and_runs_when_it_is_submitted(
    running_node: Node, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    template = tmp_path / "template"
    (template / "deck").mkdir(parents=True)
    (template / "deck" / "a.nml").write_text("template")
    (template / "b").write_text("template too")
    body = {
        "name": "held",
        "command": ["sh", "-c", "cat deck/a.nml b c > out"],
        "template_directory": str(template),
        "files": {"c": "given", "b": "given too"},
        "outputs": [{"pattern": "out"}],
        "hold": True,
    }
    (one,) = (await client.post(f"{API}/simulations", json=body)).json()["simulations"]
    (row,) = await until(running_node, lambda rows: rows[0].state == "prepared")
    assert row.directory is not None
    assert sorted(p.name for p in Path(row.directory).iterdir()) == ["b", "c", "deck"]
    assert (row.native_id, row.waiting_on and row.waiting_on["kind"]) == (None, "person")
    refreshed = await client.post(f"{API}/simulations/{one['id']}/refresh")
    assert (refreshed.status_code, refreshed.json()["state"]) == (200, "prepared")
    for _ in range(2):  # twice is once
        assert (await client.post(f"{API}/simulations/{one['id']}/submission")).status_code == 202
    (row,) = await ended(running_node)
    assert (row.state, row.marker) == ("succeeded", f"{row.id}-1")
    assert await content_of(running_node, row.id) == b"templategiven toogiven"
    late = await client.post(f"{API}/simulations/{one['id']}/submission")
    assert (late.status_code, late.json()["code"]) == (409, "simulation_not_held")

    (other,) = (await client.post(f"{API}/simulations", json=body)).json()["simulations"]
    await until(running_node, lambda rows: rows[1].state == "prepared")
    assert (await client.post(f"{API}/simulations/{other['id']}/cancellation")).json()["state"] == "cancelled"


@pytest.mark.covers("V44")
async def test_refresh_asks_the_machine_now(running_node: Node, client: httpx.AsyncClient, tmp_path: Path) -> None:
    body = {"name": "r", "command": ["sh", "-c", f"until [ -e {tmp_path}/go ]; do sleep 0.02; done"]}
    (one,) = (await client.post(f"{API}/simulations", json=body)).json()["simulations"]
    await until(running_node, lambda rows: rows[0].state == "running")
    watchers = [loop for loop in running_node.loops if loop.name.startswith("watch")]
    for loop in watchers:
        await loop.stop()
    batch = await machines.batch_of(running_node, await machine_of(running_node))
    (tmp_path / "go").touch()

    async def over() -> bool:
        return (await batch.load()).running_count == 0

    await until_true(over)
    assert (await client.get(f"{API}/simulations/{one['id']}")).json()["state"] == "running"
    answer = await client.post(f"{API}/simulations/{one['id']}/refresh")
    assert answer.json()["state"] in ("completing", "succeeded")
    await ended(running_node)


@pytest.mark.security("S9")
async def test_an_application_runs_with_parameters_that_cannot_become_commands(
    running_node: Node, people: dict[str, httpx.AsyncClient], tmp_path: Path
) -> None:
    olga, ada, ben = people["olga"], people["ada"], people["ben"]
    assert (await ada.post(f"{API}/applications", json={"name": "mine", "definition": QUAKE})).status_code == 403
    assert (await ada.post(f"{API}/simulations", json={"name": "x", "command": ["id"]})).status_code == 403
    made = await olga.post(f"{API}/applications", json={"name": "quake", "definition": QUAKE})
    assert made.status_code == 201, made.text
    application = made.json()
    runs = f"{API}/applications/{application['id']}/runs"
    assert (await ada.post(runs, json={})).status_code == 404  # not shared with her
    async with running_node.database.transaction() as session:
        for user_id, role in (("usr_ada", "runner"), ("usr_owner", "owner")):
            session.add(User(id=user_id, email=f"{user_id}@example.org", name=user_id, role=role))
    shared = await olga.put(f"{API}/shares/{application['id']}/usr_ada", json={"level": "view"})
    assert shared.status_code == 200, shared.text
    placed = await data.place_bytes(running_node, b"event\n", "test", "event.txt")
    async with running_node.database.transaction() as session:
        hers = await data.register(session, placed, name="event.txt", owner_id=ADA.user_id)
        his = await data.register(session, placed, name="event.txt", owner_id=BEN.user_id)
    canary = tmp_path / "canary"
    evil = f"a'; touch {canary}; $(touch {canary}) `touch {canary}`\n--x"
    body = {"parameters": {"name": evil}, "inputs": {"event.txt": hers.id}}

    for wrong, where in (
        ({**body, "parameters": {}}, "name"),
        ({**body, "parameters": {"name": "a", "magnitude": -1}}, "magnitude"),
        ({**body, "parameters": {"name": "a", "odd": 1}}, "odd"),
        ({**body, "inputs": {}}, "event.txt"),
        ({**body, "inputs": {**body["inputs"], "more": hers.id}}, "more"),
    ):
        refused = await ada.post(runs, json=wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "application_parameters_invalid"), refused.text
        assert where in refused.text
    stolen = await ada.post(runs, json={**body, "inputs": {"event.txt": his.id}})
    assert (stolen.status_code, stolen.json()["code"]) == (404, "dataset_not_found")

    answer = await ada.post(runs, json=body)
    assert answer.status_code == 201, answer.text
    (one,) = answer.json()["simulations"]
    assert (one["application"], one["owner_id"], one["parameters"]["magnitude"]) == ("quake r1", "usr_ada", 6.5)
    (row,) = await ended(running_node)
    assert (row.state, row.error) == ("succeeded", None)
    said = (await content_of(running_node, row.id)).decode()
    assert said == f"magnitude 6.5 name {evil}\nevent\n"
    assert not canary.exists()
    assert (await ben.get(f"{API}/simulations/{row.id}")).status_code == 404
    assert (await ben.get(f"{API}/simulations/{row.id}/states")).status_code == 404
    assert (await ben.post(f"{API}/simulations/{row.id}/reruns")).status_code == 404
    assert (await ada.get(f"{API}/simulations", params={"application": "quake"})).json()["items"][0]["id"] == row.id

    changed = {**QUAKE, "script": None, "command": ["echo", "{{name}}"], "inputs": [], "outputs": []}
    put = await olga.put(f"{API}/applications/{application['id']}", json={"name": "quake", "definition": changed})
    assert put.json()["revision"] == 2
    dash = await ada.post(runs, json={"parameters": {"name": "--help"}})
    assert (dash.status_code, "take it for an option" in dash.text) == (422, True)
    preview = await ada.post(f"{API}/applications/{application['id']}/preview", json={"parameters": {"name": "a b"}})
    assert shlex.split(preview.json()["script"]) == ["echo", "a b"]
    assert (await ada.delete(f"{API}/applications/{application['id']}")).status_code == 403
    twice = await olga.post(f"{API}/applications", json={"name": "quake", "definition": QUAKE})
    assert (twice.status_code, twice.json()["code"]) == (409, "application_name_taken")
    assert (await olga.delete(f"{API}/applications/{application['id']}")).status_code == 204


async def test_definitions_that_cannot_be(client: httpx.AsyncClient) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"command": ["x"]}, "either a command or a script"),
        ({"script": "echo {{odd}}"}, "{{odd}} is no property"),
        ({"parameters": {"type": "array"}}, "parameters are an object"),
        ({"parameters": {"properties": {"a": {"type": "odd"}}}}, "not a JSON Schema"),
        ({"parameters": {"$ref": "https://example.org/x"}}, "not a JSON Schema"),
        ({"modules": ["-x"]}, "/body/definition/modules/0"),
        ({"resources": {"partition": "--uid=0"}}, "/body/definition/resources/partition"),
        ({"resources": {"cores": "4"}}, "/body/definition/resources/cores"),
        ({"outputs": [{"pattern": "../x"}]}, "/body/definition/outputs/0"),
        ({"odd": 1}, "/body/definition/odd"),
    ]
    for changes, said in wrong:
        body = {"name": "quake", "definition": {**QUAKE, **changes}}
        answer = await client.post(f"{API}/applications", json=body)
        assert answer.status_code == 422
        assert said in answer.text


async def test_one_that_waits_for_others_begins_when_they_succeeded(
    running_node: Node, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    async def ask(name: str, command: list[str], *after: str) -> str:
        body = {"name": name, "command": command, "after": after, "max_attempts": 1}
        answer = await client.post(f"{API}/simulations", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["simulations"][0]["id"])

    go = tmp_path / "go"
    first = await ask("first", ["sh", "-c", f"until [ -e {go} ]; do sleep 0.02; done; echo 1 >> {tmp_path}/log"])
    second = await ask("second", ["sh", "-c", f"echo 2 >> {tmp_path}/log; exit 1"], first)
    await ask("third", ["sh", "-c", f"echo 3 >> {tmp_path}/log"], first, second)
    rows = await until(running_node, lambda rows: all("waits until first" in (r.waiting_text or "") for r in rows[1:]))
    assert [row.state for row in rows][1:] == ["created", "created"]
    go.touch()
    rows = await ended(running_node, count=3)
    assert {row.name: row.state for row in rows} == {"first": "succeeded", "second": "failed", "third": "cancelled"}
    assert "second" in (next(row.error for row in rows if row.name == "third") or "")
    assert (tmp_path / "log").read_text() == "1\n2\n"
    missing = await client.post(
        f"{API}/simulations", json={"name": "x", "command": ["true"], "after": ["sim_" + "0" * 26]}
    )
    assert (missing.status_code, missing.json()["code"]) == (422, "simulation_unknown")


async def test_many_are_cancelled_by_what_they_have_in_common(
    running_node: Node, people: dict[str, httpx.AsyncClient]
) -> None:
    olga, ada = people["olga"], people["ada"]
    machine = await machine_of(running_node)
    cordoned = await olga.patch(f"{API}/machines/{machine.id}", json={"cordoned": True})
    assert cordoned.status_code == 200, cordoned.text
    for name in ("rain 1", "rain 2", "wind"):
        assert (await olga.post(f"{API}/simulations", json={"name": name, "command": ["true"]})).status_code == 201
    many = f"{API}/simulations/cancellations"
    empty = await olga.post(many, json={"filter": {}})
    assert (empty.status_code, empty.json()["code"]) == (422, "simulation_filter_empty")
    rehearsed = (await olga.post(many, json={"filter": {"name": "rain"}, "dry_run": True})).json()
    assert (rehearsed["matched"], rehearsed["done"]) == (2, 0)
    assert (await ada.post(many, json={"filter": {"all": True}})).json()["matched"] == 0
    done = (await olga.post(many, json={"filter": {"name": "rain"}})).json()
    assert (done["matched"], done["done"], done["refused"]) == (2, 2, 0)
    items = (await olga.get(f"{API}/simulations")).json()["items"]
    assert {one["name"]: one["state"] for one in items} == {
        "rain 1": "cancelled", "rain 2": "cancelled", "wind": "created",
    }  # fmt: skip


async def test_core_hours_that_are_not_there_are_told_before_and_refused(
    running_node: Node, client: httpx.AsyncClient, owner: Principal
) -> None:
    async with running_node.database.transaction() as session:
        session.add(User(id=owner.user_id, email="olga@example.org", name="Olga", role="owner"))
        await session.flush()
        await grant(session, owner, Grant("user", owner.user_id, "core_hours", 0.5))
    body = {"name": "long", "command": ["true"], "resources": {"walltime_seconds": 3600}}
    plan = (await client.post(f"{API}/simulations/preview", json=body)).json()
    assert plan["core_hours"] == 1.0
    assert len(plan["warnings"]) == 1
    refused = await client.post(f"{API}/simulations", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "allocation_exhausted")
    short = {**body, "resources": {"walltime_seconds": 60}}
    assert (await client.post(f"{API}/simulations/preview", json=short)).json()["warnings"] == []
    assert (await client.post(f"{API}/simulations", json=short)).status_code == 201
    await ended(running_node)

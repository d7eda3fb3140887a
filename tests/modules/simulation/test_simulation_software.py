"""Runs that need software: sent only where it is, given what the inventory says, and told what is missing."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from second_machine import second_machine
from simulation_probe import ended, submit, until
from sqlalchemy import text

from app.kernel.node import Node
from app.modules.machines import Provided
from app.modules.simulation.schemas import SimulationSubmit
from app.modules.simulation.staging import equipped

API = "/api/v1"


async def declared(client: httpx.AsyncClient, machine_id: str, name: str, **more: Any) -> None:
    made = await client.post(f"{API}/machines/{machine_id}/software", json={"name": name, **more})
    assert made.status_code == 201, made.text


def test_a_run_is_given_what_its_software_needs_and_its_own_words_win() -> None:
    spec = SimulationSubmit.model_validate(
        {"command": ["x"], "modules": ["own", "gcc/12"], "setup": ["ulimit -s unlimited"], "environment": {"A": "own"}}
    )
    one = Provided(name="a", modules=["gcc/12", "a/1"], path="/opt/a b/bin", environment={"A": "theirs", "B": "2"})
    two = Provided(name="b", image="/opt/b.sif")
    got = equipped(spec, [one, two])
    assert got.modules == ["gcc/12", "a/1", "own"]
    assert got.setup[0].startswith('case ":$PATH:" in')
    assert got.setup[1:] == ["ulimit -s unlimited"]
    assert got.environment == {"A": "own", "B": "2"}
    assert got.image == "/opt/b.sif"
    assert equipped(spec, []) is spec


@pytest.mark.covers("V57")
async def test_a_run_goes_where_its_software_is_and_finds_it(
    running_node: Node, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    place = tmp_path / "tool's bin"
    place.mkdir()
    (place / "tool").write_text('#!/bin/sh\necho "tool of $HOUSE"\n')
    (place / "tool").chmod(0o755)
    async with second_machine(running_node, tmp_path) as (heron, _):
        await declared(client, heron.id, "tool", version="2.1", path=str(place), environment={"HOUSE": "heron"})
        await declared(client, heron.id, "tool", version="1.9", path="/nowhere")
        definition = {
            "command": ["tool"],
            "software": ["Tool>=2"],
            "outputs": [],
            "resources": {"memory_bytes": 2**30},
        }
        made = await client.post(f"{API}/applications", json={"name": "uses tool", "definition": definition})
        assert made.status_code == 201, made.text
        assert made.json()["definition"]["software"] == ["tool >= 2"]
        at = f"{API}/applications/{made.json()['id']}"
        plan = (await client.post(f"{at}/preview", json={})).json()
        assert plan["machine"] == "heron"
        assert plan["placement"]["software"] == [
            {
                "name": "tool",
                "version": "2.1",
                "modules": [],
                "path": str(place),
                "image": None,
                "environment": {"HOUSE": "heron"},
            }
        ]
        lacks = "has no tool >= 2; if it is there, declare it with `stormbell software declare local tool`"
        assert f"local: {lacks}" in plan["placement"]["reasons"]
        run = await client.post(f"{at}/runs", json={})
        assert run.status_code == 201, run.text
        (row,) = await ended(running_node)
        assert (row.state, row.machine, row.error) == ("succeeded", "heron", None)
        output = await client.get(f"{API}/simulations/{row.id}/output")
        assert "tool of heron" in output.text
        # Two machines are wanted; only one has it.
        several = await client.post(f"{at}/runs", json={"instances": 2})
        assert several.status_code == 422, several.text
        assert "those that could run it: heron" in several.json()["detail"]


async def test_a_run_nobody_can_give_its_software_ends_with_what_to_do(
    running_node: Node, client: httpx.AsyncClient
) -> None:
    (local,) = (await client.get(f"{API}/machines")).json()["items"]
    await declared(client, local["id"], "openfoam", version="10")
    recipe = {"name": "openfoam", "version": "11", "definition": {"script": "true", "check_command": "true"}}
    assert (await client.post(f"{API}/recipes", json=recipe)).status_code == 201
    await submit(running_node, ["true"], software=["openfoam >= 11"])
    (row,) = await ended(running_node)
    assert row.state == "failed"
    wanted = (
        "local: has no openfoam >= 11, only openfoam 10; install it with `stormbell software install local openfoam`"
    )
    assert wanted in (row.error or "")


async def test_a_run_waits_for_software_that_is_gone_and_goes_when_it_is_back(
    running_node: Node, client: httpx.AsyncClient
) -> None:
    (local,) = (await client.get(f"{API}/machines")).json()["items"]
    await declared(client, local["id"], "tool", version="2")
    async with running_node.database.transaction() as session:
        await session.execute(text("UPDATE machine_software SET state = 'gone'"))
    await submit(running_node, ["true"], software=["tool"], resources={"memory_bytes": 2**30})
    rows = await until(running_node, lambda some: any("is gone there" in (one.waiting_text or "") for one in some))
    assert rows[0].state == "created"
    await declared(client, local["id"], "tool", version="2")
    (row,) = await ended(running_node)
    assert row.state == "succeeded"

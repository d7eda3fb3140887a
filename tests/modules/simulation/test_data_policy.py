"""What a machine's owner says of the data that may be brought there decides where runs may go."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from second_machine import Moody, second_machine
from simulation_probe import ended, submit

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules import data
from app.modules.machines import Machine
from app.modules.simulation.limits import against_inputs

API = "/api/v1"


@pytest.fixture
async def heron(running_node: Node, tmp_path: Path) -> AsyncIterator[tuple[Machine, Moody]]:
    async with second_machine(running_node, tmp_path) as made:
        yield made


async def tagged(node: Node, client: httpx.AsyncClient, *tags: str) -> str:
    """Register a data set with these tags."""
    placed = await data.place_bytes(node, b"names", "test", "names.csv")
    async with node.database.transaction() as session:
        dataset = await data.register(session, placed, name="names.csv")
    answer = await client.patch(f"{API}/datasets/{dataset.id}", json={"tags": list(tags)})
    assert answer.status_code == 200, answer.text
    return dataset.id


async def says(client: httpx.AsyncClient, machine: Machine, **policy: list[str]) -> dict[str, Any]:
    answer = await client.patch(f"{API}/machines/{machine.id}", json=policy)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_each_input_is_held_against_what_the_machine_takes() -> None:
    machine = Machine(id="mch", name="heron", refused_tags=["personal"], only_tags=["open", "quake"])
    assert against_inputs(machine, {}) is None
    assert against_inputs(machine, {"a": ["quake", "new"]}) is None
    why = "takes no data tagged personal, and the input b is"
    assert against_inputs(machine, {"a": ["open"], "b": ["open", "personal"]}) == why
    why = "takes only data tagged open or quake, and the input c is not"
    assert against_inputs(machine, {"a": ["open"], "c": []}) == why


@pytest.mark.covers("V51")
async def test_a_run_goes_where_its_inputs_may_and_says_why_not_elsewhere(
    running_node: Node, client: httpx.AsyncClient, heron: tuple[Machine, Moody]
) -> None:
    machine, _ = heron
    secret = await tagged(running_node, client, "personal")
    found = await says(client, machine, refused_tags=["personal", "personal"])
    assert found["refused_tags"] == ["personal"]
    await submit(running_node, ["cat", "in/names.csv"], files={"in/names.csv": secret}, max_attempts=1)
    (row,) = await ended(running_node)
    assert (row.state, row.machine) == ("succeeded", "local")
    against = {one["machine"]: one["against"] for one in row.placement["candidates"]}
    assert against["heron"] == "takes no data tagged personal, and the input in/names.csv is"


async def test_what_may_go_nowhere_fails_and_what_is_lifted_goes(
    running_node: Node, client: httpx.AsyncClient, heron: tuple[Machine, Moody]
) -> None:
    machine, _ = heron
    plain = await tagged(running_node, client)
    await says(client, machine, only_tags=["open"])
    await submit(running_node, ["true"], files={"names.csv": plain}, machine="heron", max_attempts=1)
    (row,) = await ended(running_node)
    assert row.state == "failed"
    assert "heron: takes only data tagged open, and the input names.csv is not" in (row.error or "")
    await submit(running_node, ["true"], machine="heron", max_attempts=1)
    await says(client, machine, only_tags=[])
    await submit(running_node, ["true"], files={"names.csv": plain}, machine="heron", max_attempts=1)
    assert [row.state for row in await ended(running_node, count=3)] == ["failed", "succeeded", "succeeded"]


async def test_only_administrators_say_what_data_a_machine_takes(
    running_node: Node, client: httpx.AsyncClient, heron: tuple[Machine, Moody], owner: Principal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    machine, _ = heron
    operator = Principal(user_id="usr_op", name="Otto Operator", role=Role.OPERATOR)

    async def authenticate(_request: Any) -> Principal:
        return operator

    monkeypatch.setattr(running_node, "authenticate", authenticate)
    answer = await client.patch(f"{API}/machines/{machine.id}", json={"refused_tags": ["personal"]})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert (await client.patch(f"{API}/machines/{machine.id}", json={"cordoned": True})).status_code == 200

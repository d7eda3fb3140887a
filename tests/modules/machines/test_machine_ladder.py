"""Who may change a machine's ladder: administrators, and of a rung that is for owners only owners."""

from typing import Any

import pytest

from app.kernel.errors import Forbidden
from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules import machines
from app.modules.machines.errors import LadderNotYours
from app.modules.machines.registration import register
from app.modules.machines.schemas import MachineChange, MachineRegister

URGENT = {"kind": "urgent", "partition": "fast", "role": "runner"}
KEPT = {"kind": "reservation", "reservation": "quake", "cost_factor": 8.0, "role": "owner"}


def person(role: Role) -> Principal:
    return Principal(f"usr_{role.label}", role.label, role)


async def changed(node: Node, machine_id: str, role: Role, **wanted: Any) -> list[dict[str, Any]]:
    async with node.database.transaction() as session:
        machine = await machines.change(session, machine_id, MachineChange.model_validate(wanted), actor=person(role))
        return list(machine.settings.get("ladder", []))


@pytest.mark.covers("V51")
async def test_a_rung_is_given_changed_and_taken_away_by_those_it_is_for(node: Node) -> None:
    wanted = MachineRegister(
        name="heron", driver="slurm", transport_settings={"host": "heron.example.org"}, settings={"ladder": [KEPT]}
    )
    async with node.database.transaction() as session:
        with pytest.raises(LadderNotYours, match="is for owners"):
            await register(session, wanted, person(Role.ADMIN))
        machine = await register(session, wanted, person(Role.OWNER))

    async def refused(role: Role, problem: type[Forbidden], **given: Any) -> None:
        with pytest.raises(problem):
            await changed(node, machine.id, role, **given)

    # The same place for a lower role, at a lower price, for a group, on another batch system, or as no rung at all.
    for ladder in (
        [{**KEPT, "role": "operator"}], [{**KEPT, "cost_factor": 0.0}], [],
        [{**KEPT, "groups": ["grp_01J8ZQ4M7TB2M3N4P5Q6R7S8T9"]}], [URGENT, KEPT, {**KEPT, "reservation": "other"}],
    ):  # fmt: skip
        await refused(Role.ADMIN, LadderNotYours, settings={"ladder": ladder})
        await refused(Role.OPERATOR, Forbidden, settings={"ladder": ladder})
    await refused(Role.ADMIN, LadderNotYours, driver="pbs")
    await refused(Role.OPERATOR, Forbidden, settings={"ladder": [URGENT, KEPT]})

    assert len(await changed(node, machine.id, Role.ADMIN, settings={"ladder": [URGENT, KEPT]})) == 2
    assert len(await changed(node, machine.id, Role.ADMIN, settings={"ladder": [KEPT], "partition": "normal"})) == 1
    assert await changed(node, machine.id, Role.OPERATOR, cordoned=True) == [KEPT]
    assert await changed(node, machine.id, Role.OWNER, settings={}) == []

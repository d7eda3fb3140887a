"""The escalation ladder: which rungs are weighed, who may use them, whom they stop, what they cost."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ladder_probe import FULL, GROUP, LADDER, NOW, QUAKE, job, machine_with_ladder, moved, person, queue
from pydantic import ValidationError

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules.machines import Machine, MachineQueue, Rung
from app.modules.machines.batch import pbs, slurm
from app.modules.machines.batch._slurm_text import read_view
from app.modules.simulation.core_hours import Budget
from app.modules.simulation.escalation import Climber, as_asked, climbed, refused_key
from app.modules.simulation.models import Simulation
from app.modules.simulation.placement import Choice, decide
from app.modules.simulation.placement_schemas import PlacementView
from app.modules.simulation.queue_room import Start, Survey, start
from app.modules.simulation.rung_rights import Asker
from app.modules.simulation.schemas import SimulationSubmit


def begins(kind: int, seen: MachineQueue, cores: int = 2, *, promised: int = 0) -> Start:
    survey = Survey(seen)
    survey.promised[None] = promised
    return start(survey, Rung.model_validate(LADDER[kind]), cores, NOW)


def test_a_start_is_bounded_by_what_is_free_what_waits_before_and_what_ends() -> None:
    assert begins(0, queue(used=2, state="mixed")).seconds == 0
    assert begins(0, queue(used=2, state="mixed"), 7).seconds is None
    # What is reserved by now is free for nobody else.
    assert begins(0, queue(used=2, reservations=[QUAKE]), 2).seconds == 0
    assert begins(0, queue(used=2, reservations=[QUAKE]), 3).seconds is None
    assert begins(0, queue(used=0, state="drained")).seconds is None
    # Others of the partition are served first; those of another partition are not before it.
    waiting = queue(job("9", 6, partition="fast", minutes=None), job("8", 8, minutes=None), used=2)
    assert begins(0, waiting, 1).seconds is None
    assert begins(0, queue(job("8", 8, minutes=None), used=2), 1).seconds == 0
    assert begins(0, queue(used=2), 4, promised=4).seconds is None
    # The job that began 50 minutes ago ends first, by its limit.
    assert begins(0, FULL, 4).seconds == pytest.approx(600)
    assert begins(0, FULL, 5).seconds == pytest.approx(2400)
    gone = LADDER[0] | {"partition": "gone"}
    assert start(Survey(FULL), Rung.model_validate(gone), 1, NOW).text == "there is no partition gone"
    assert start(Survey(None, against="silent"), Rung.model_validate(gone), 1, NOW).text == "silent"


def test_those_that_would_be_stopped_are_named_the_youngest_first() -> None:
    found = begins(1, FULL, 3)
    assert (found.seconds, [one.native_id for one in found.victims]) == (0, ["2", "3"])
    assert found.victims[0].lost_core_hours == pytest.approx(2 * 5 / 60, abs=1e-3)
    assert begins(1, queue(used=0, state="idle"), 3).victims == ()
    others = queue(job("1", 8, partition="fast"))
    assert (begins(1, others).seconds, begins(1, others).victims) == (None, ())
    by_qos = LADDER[1] | {"preempts": ["cheap"]}
    of_qos = queue(job("1", 4), job("2", 4, qos="cheap"))
    assert [v.native_id for v in start(Survey(of_qos), Rung.model_validate(by_qos), 1, NOW).victims] == ["2"]


def test_a_reservation_has_the_cores_that_none_of_its_jobs_uses() -> None:
    assert begins(2, FULL, 4).seconds == 0
    assert begins(2, FULL, 5).seconds is None
    assert begins(2, queue(job("5", 3, reservation="quake"), reservations=[QUAKE]), 2).seconds is None
    later = QUAKE.model_copy(update={"starts_at": NOW + timedelta(minutes=5)})
    assert begins(2, queue(reservations=[later])).seconds == pytest.approx(300)
    over = QUAKE.model_copy(update={"ends_at": NOW - timedelta(minutes=1)})
    assert begins(2, queue(reservations=[over])).text == "the reservation quake is over"
    assert begins(2, queue()).text == "there is no reservation quake"


def test_a_waiting_array_is_all_the_runs_it_stands_for() -> None:
    urgent = {"kind": "urgent", "partition": "fast"}
    counts = {"7": 1, "7_[3]": 1, "7_[0-3%2]": 4, "7_[0-3,9,12-13]": 7, "7_[0-8:4,9%3]": 4, "7_[0-999999:2]": 500_000}
    for name, count in counts.items():
        line = f"{name}|PENDING|Resources|2026-11-23T09:00:00|N/A|N/A|2|fast|ada|normal||member"
        (listed,) = read_view(f"#section jobs\n{line}\n").jobs
        assert (listed.run_count, listed.cores) == (count, 2), name
        said = start(Survey(queue(listed, used=0)), Rung.model_validate(urgent), 8, NOW).text
        assert f"{2 * count} cores are waited for" in said, (name, said)
    cut = queue().model_copy(update={"omitted_count": 7})
    assert "too long to be seen whole: 7 jobs more" in start(Survey(cut), Rung.model_validate(urgent), 1, NOW).text


@pytest.mark.parametrize(
    "rung",
    [
        {"kind": "urgent"},
        {"kind": "urgent", "partition": "fast", "preempts": ["normal"]},
        {"kind": "preempt", "partition": "fast"},
        {"kind": "reservation"},
        {"kind": "urgent", "partition": "fast", "reservation": "quake"},
        {"kind": "urgent", "partition": "--fast"},
        {"kind": "urgent", "partition": "fast", "cost_factor": -1},
        {"kind": "urgent", "partition": "fast", "role": "viewer"},
        {"kind": "urgent", "partition": "fast", "group": "x"},
    ],
)
def test_a_rung_that_makes_no_sense_is_refused_as_a_setting(rung: dict[str, Any]) -> None:
    for driver in (slurm, pbs):
        with pytest.raises(ValidationError):
            driver.Settings.model_validate({"ladder": [rung]})
    with pytest.raises(ValidationError, match="in the order they are tried"):
        slurm.Settings.model_validate({"ladder": [LADDER[1], LADDER[0]]})


@pytest.fixture
async def heron(node: Node) -> AsyncIterator[Machine]:
    """A machine with a ladder, which its own figures say is full."""
    machine = machine_with_ladder("heron")
    async with node.database.transaction() as session:
        session.add(machine)
    async with node.database.sessions() as session:
        yield await session.get_one(Machine, machine.id)


async def choice(
    node: Node,
    machine: Machine,
    seen: MachineQueue | None,
    who: Principal | None,
    house_up_to: Any = None,
    **given: Any,
) -> Choice:
    """Decide about a run of ten minutes on two cores that is needed in twelve."""
    refused = given.pop("refused", {})
    spec = SimulationSubmit.model_validate(
        {
            "command": ["quake"],
            "deadline_at": datetime.now(UTC) + timedelta(minutes=12),
            "resources": {"cores": 2, "walltime_seconds": 600, "partition": "normal"},
            **given,
        }
    )
    asker, budget = Asker(who), Budget(node, "usr_gone")
    climber = Climber(node, {machine.id: Survey(seen and moved(seen), against="silent")}, asker, budget)
    async with node.database.transaction() as session:
        return await decide(
            session, [machine], node, spec, history_key=None, promised={}, taken={}, asker=asker, budget=budget,
            refused=refused, climber=climber,
        )  # fmt: skip


async def test_rungs_are_climbed_in_order_by_who_may_and_the_decision_says_why(node: Node, heron: Machine) -> None:
    free = queue(used=2, state="mixed", reservations=[QUAKE])
    found = await choice(node, heron, free, person(Role.RUNNER))
    view = PlacementView.model_validate(found.kept())
    assert view.rung is not None
    assert (view.rung.kind, view.rung.core_hours, view.rung.victims) == ("urgent", pytest.approx(2 / 3, abs=1e-3), [])
    assert [one.kind for one in view.ladder] == ["urgent"]  # no further than needed
    assert found.reasons[-1] == "climbs to urgent of heron: those before it are too late, this one is not"

    found = await choice(node, heron, FULL, person(Role.ADMIN))
    view = PlacementView.model_validate(found.kept())
    assert view.rung is not None
    assert (view.rung.kind, [v.native_id for v in view.rung.victims]) == ("preempt", ["2"])
    assert [(one.kind, one.meets_deadline) for one in view.ladder] == [("urgent", False), ("preempt", True)]
    assert "stops 1 job of others on 2 cores" in found.reasons[-2]
    assert not [reason for reason in found.reasons if "ada" in reason]
    member = (await choice(node, heron, FULL, person(Role.RUNNER, GROUP))).kept()
    assert member["rung"]["kind"] == "preempt"

    found = await choice(node, heron, FULL, person(Role.OPERATOR))
    assert (found.machine, found.kept().get("rung")) == (heron, None)
    assert [one["against"] for one in found.kept()["ladder"]] == [
        None, f"is for admins and members of {GROUP}", "is for owners",
    ]  # fmt: skip
    assert found.reasons[-1].startswith("does not climb: no rung")
    refused = {refused_key(heron.id, "preempt"): "no such QOS"}
    found = await choice(node, heron, FULL, person(Role.OWNER), refused=refused)
    assert (found.kept()["rung"]["kind"], found.kept()["ladder"][1]["against"]) == (
        "reservation", "was refused there: no such QOS",
    )  # fmt: skip


async def test_nothing_climbs_that_may_not_or_need_not(node: Node, heron: Machine) -> None:
    owner = person(Role.OWNER)
    exercise = await choice(node, heron, FULL, owner, escalate=False)
    assert exercise.kept()["ladder"] == []
    assert exercise.reasons[-1] == "does not climb: it was asked for without escalation, as every exercise is"
    nobody = await choice(node, heron, FULL, None)  # whose it was is gone
    assert nobody.kept().get("rung") is None
    silent = await choice(node, heron, None, owner)
    assert {one["against"] for one in silent.kept()["ladder"]} == {"silent"}
    later = datetime.now(UTC) + timedelta(days=20)
    assert (await choice(node, heron, FULL, owner, deadline_at=later)).climb is None
    assert (await choice(node, heron, FULL, owner, deadline_at=None)).climb is None


async def test_what_climbed_is_what_was_asked_for_again_at_the_next_attempt(node: Node, heron: Machine) -> None:
    found = await choice(node, heron, FULL, person(Role.OWNER))
    assert found.climb is not None
    assert found.climb.rung is not None
    asked = {"command": ["quake"], "resources": {"cores": 2, "partition": "normal", "qos": None, "reservation": None}}
    spec, rung = climbed(asked, found.climb.rung)
    assert spec["resources"] == {"cores": 2, "partition": "fast", "qos": "first", "reservation": None}
    assert as_asked(Simulation(spec=spec, placement={"rung": rung})) == asked
    assert as_asked(Simulation(spec=asked, placement={})) is asked

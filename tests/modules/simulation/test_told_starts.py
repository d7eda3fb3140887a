"""What a batch system says of a start is a wait, weighed against what runs there waited."""

from datetime import UTC, datetime, timedelta

import pytest

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules.machines import Machine
from app.modules.simulation.estimates import Estimates
from app.modules.simulation.models import Simulation
from app.modules.simulation.queue_wait import Queue, Wait, Wanted, predict
from app.modules.simulation.schemas import SimulationSubmit
from app.modules.simulation.told_starts import ToldStart, shape_of, told

NOW = datetime(2026, 11, 23, 22, 48, 41, tzinfo=UTC)
LIKE = Wanted(2, 600.0)
EMPTY = Queue(free=True, backlog=0.0)
SPEC = SimulationSubmit.model_validate({"command": ["quake"], "resources": {"cores": 2, "walltime_seconds": 600.0}})


def test_it_starts_by_then_at_the_latest_and_each_filling_of_the_machine_since_is_a_walltime_more() -> None:
    wait = told(ToldStart(NOW + timedelta(hours=1), NOW), LIKE, NOW)
    assert (wait.p10, wait.p50, wait.p90, wait.count, wait.basis) == (0.0, 1800.0, 3600.0, 0, "told")
    assert told(ToldStart(NOW + timedelta(hours=1), NOW), LIKE, NOW + timedelta(seconds=30)).p90 == 3570.0
    assert told(ToldStart(NOW - timedelta(seconds=1), NOW), LIKE, NOW).p90 == 0.0
    assert told(ToldStart(NOW, NOW, turns=1.5), LIKE, NOW).p90 == 900.0


def test_it_counts_as_one_run_that_was_just_like_it_and_is_outvoted_by_more() -> None:
    hint = told(ToldStart(NOW + timedelta(hours=1), NOW), LIKE, NOW)
    assert predict([], LIKE, EMPTY, hint) is None
    unlike = predict([Wait(1.0, Wanted(8, 6000.0), Queue(free=False, backlog=1.0))], LIKE, EMPTY, hint)
    assert unlike is not None
    assert (unlike.p50, unlike.p90, unlike.count) == (1800.0, 3600.0, 1)
    alike = predict([Wait(1.0, LIKE, EMPTY)] * 20, LIKE, EMPTY, hint)
    assert alike is not None
    assert (alike.p50, alike.p90) == (1.0, 1.0)


@pytest.mark.covers("V51")
async def test_what_was_given_to_a_machine_since_it_was_asked_comes_before_a_run(node: Node) -> None:
    asked_at = datetime.now(UTC)
    async with node.database.transaction() as session:
        machine = Machine(id=new_id("mch"), name="heron", driver="slurm", transport="ssh", cores=4, state="answers")
        session.add(machine)
        await session.flush()
        starts = {(machine.id, shape_of(SPEC)): ToldStart(asked_at, asked_at)}

        async def wait(promised: int) -> tuple[float, float | None]:
            found = await Estimates(session, starts).of(machine, SPEC, None, EMPTY, promised=promised)
            assert found.wait.basis == "told"
            return found.wait.p90, found.told and found.told.turns

        assert await wait(0) == (0.0, 0.0)
        assert await wait(2) == (0.0, 0.0)
        assert await wait(4) == (600.0, 1.0)
        for state, queued_at in (("running", 1), ("queued", 2), ("queued", -60), ("succeeded", 1)):
            session.add(
                Simulation(
                    id=new_id("sim"), name="given", max_attempts=1, state=state, machine_id=machine.id,
                    submission="submitted", queued_at=asked_at + timedelta(seconds=queued_at),
                    spec=SPEC.model_dump(mode="json"), finished_at=datetime.now(UTC) if state == "succeeded" else None,
                )
            )  # fmt: skip
        await session.flush()
        assert await wait(0) == (600.0, 1.0)
        assert await wait(2) == (900.0, 1.5)
        # Another shape was not asked about.
        other = SPEC.model_copy(update={"extra": ["--exclusive"]})
        found = await Estimates(session, starts).of(machine, other, None, EMPTY)
        assert (found.wait.basis, found.told) == ("guess", None)

"""How long jobs wait, learned from what was: the queue at an instant, the model, looks at a machine, and its use."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from ladder_probe import machine_with_ladder
from second_machine import Moody, second_machine
from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules.machines import Machine
from app.modules.simulation.models import Simulation
from app.modules.simulation.queue_following import Followed, follow
from app.modules.simulation.queue_state import QueuedJob, QueueState
from app.modules.simulation.wait_learning import learn, own_runs
from app.modules.simulation.wait_model import LEAST_LEARNED, WaitModel
from app.modules.simulation.wait_rows import WaitModelRow, document_of, followed_of, model_of, values_of
from benchmarks.queue_machine import serve, workload
from benchmarks.queue_wait import METHODS, evaluate, losses

API = "/api/v1"


@pytest.fixture
async def heron(running_node: Node, tmp_path: Path) -> AsyncIterator[tuple[Machine, Moody]]:
    async with second_machine(running_node, tmp_path) as made:
        yield made


def job(number: int, cores: int, asked: float, submitted: float, started: float | None = None) -> QueuedJob:
    return QueuedJob(str(number), cores, asked, submitted, started)


def test_a_job_begins_at_once_where_it_delays_nobody_and_else_when_those_before_it_have_run() -> None:
    # 8 cores: 6 in use for another 1000 s at the most, the first that waits needs them all.
    running, head = job(1, 6, 2000.0, 0.0, 0.0), job(2, 8, 600.0, 900.0)
    queue = QueueState(1000.0, 8, [running, head], share=0.5)
    names = ("cores", "asked", "at_once", "free", "ahead", "beside", "begins", "drain", "age", "lately")
    short = dict(zip(names, queue.features(2, 900.0, "", 0.0), strict=True))
    assert (short["at_once"], short["begins"]) == (1.0, 0.0), "it has ended before the first could begin"
    long = dict(zip(names, queue.features(2, 1100.0, "", 0.0), strict=True))
    assert long["at_once"] == 0.0, "the first would have to wait for it"
    # Half of the 1000 s that are left, then half of the 600 s the first asks for.
    assert long["begins"] == pytest.approx(6.69, abs=0.01)
    assert long["age"] == pytest.approx(4.62, abs=0.01)
    promised = dict(zip(names, queue.features(2, 900.0, "", 0.0, promised=1), strict=True))
    assert promised["at_once"] == 0.0
    assert dict(zip(names, QueueState(0.0, 8, [], 0.5).features(8, 1e5, "", 0.0), strict=True))["at_once"] == 1.0


@pytest.mark.covers("V51")
def test_the_model_is_better_than_backfill_estimates_and_its_quantiles_hold() -> None:
    jobs = workload(1500, 128, 0.75, seed=3)
    serve(jobs, 128)
    found = evaluate(jobs, 128)
    loss = {name: losses(found[name]) for name in METHODS}
    assert loss["ours"][1] < 0.8 * min(loss["backfill estimate"][1], loss["mean of the last"][1])
    assert loss["ours"][2] < min(loss["backfill estimate"][2], loss["mean of the last"][2])
    assert 0.8 <= sum(wait <= told[2] for wait, told in found["ours"]) / len(found["ours"]) <= 0.97


def test_many_looks_that_are_kept_between_teach_what_one_would() -> None:
    jobs = workload(200, 64, 0.8, seed=5)
    serve(jobs, 64)
    known = [
        QueuedJob(str(n), one.cores, one.asked, one.submitted, one.started, one.ended, "p" if n % 3 else "q")
        for n, one in enumerate(jobs)
    ]
    whole: dict[str, WaitModel] = {}
    end = max(one.ended for one in jobs) + 1
    follow(Followed(seen_until=-1.0), known, whole, cores=64, until=end, most=None)
    kept, models = Followed(seen_until=-1.0), dict[str, WaitModel]()
    for look in range(1, 41):
        until = end * look / 40
        since = kept.seen_until
        # As a batch system tells it at that time: who has not begun or ended yet has no time for it.
        seen = [
            QueuedJob(
                one.id, one.cores, one.asked, one.submitted,
                one.started if one.started is not None and one.started <= until else None,
                one.ended if one.ended is not None and one.ended <= until else None, one.partition,
            )
            for one in known
            if one.submitted <= until and one.ended is not None and one.ended >= since - 1
        ]  # fmt: skip
        kept = follow(kept, seen, models, cores=64, until=until)
        kept = followed_of(json.loads(json.dumps(document_of(kept))))
        rows = {name: WaitModelRow(**json.loads(json.dumps(values_of(one)))) for name, one in models.items()}
        models = {name: model_of(row) for name, row in rows.items()}
    assert {name: one.learned for name, one in models.items()} == {name: one.learned for name, one in whole.items()}
    assert sum(one.learned for one in models.values()) == 200
    for name, model in models.items():
        assert model.levels == pytest.approx(whole[name].levels)
        assert model.recent == [list(row) for row in whole[name].recent]
        assert model.errors == pytest.approx(whole[name].errors)
    assert (kept.waiting, kept.jobs) == ({}, [])


async def ran_before(node: Node, machine: Machine, count: int, **columns: Any) -> None:
    """Write down our runs on a machine: who asked for two cores waited 300 s, the others began at once."""
    now = datetime.now(UTC)
    async with node.database.transaction() as session:
        for n in range(count):
            at, wait = now - timedelta(minutes=20 * (count - n)), 300.0 if n % 2 else 0.0
            resources = {"cores": 1 + n % 2, "walltime_seconds": 3600.0}
            values = {
                "id": new_id("sim"), "name": "before", "history_key": ":quake", "max_attempts": 1,
                "state": "succeeded", "spec": {"command": ["quake"], "resources": resources}, "queued_at": at,
                "machine_id": machine.id, "machine": machine.name, "run_seconds": 60.0,
                "started_at": at + timedelta(seconds=wait), "finished_at": at + timedelta(seconds=wait + 60),
            }  # fmt: skip
            session.add(Simulation(**(values | columns)))


@pytest.mark.covers("V51")
async def test_a_machine_that_tells_of_ours_alone_is_learned_from_our_runs_and_placement_goes_by_it(
    running_node: Node, client: httpx.AsyncClient, heron: tuple[Machine, Moody]
) -> None:
    machine, _ = heron
    path = f"{API}/machines/{machine.id}/waits"
    assert (await client.get(path)).json()["items"] == []
    await ran_before(running_node, machine, 80)
    async with running_node.database.transaction() as session:
        await session.execute(text("UPDATE queue_looks SET begun_at = now() - interval '1 hour'"))
    assert await learn(running_node, machine)
    assert not await learn(running_node, machine), "a look was just taken, here or by another node"
    (found,) = (await client.get(path)).json()["items"]
    assert (found["partition"], found["source"], found["learned_count"], found["used"]) == (None, "runs", 80, True)
    assert found["errors"]["count"] == 80 - LEAST_LEARNED
    assert found["errors"]["within_ten_minutes"] == 1.0
    assert 0.5 <= found["errors"]["below_p90"] <= 1.0
    body = {"name": "quake", "command": ["quake"], "machine": "heron", "resources": {"cores": 2}}
    waits = {}
    for cores in (1, 2):
        plan = (await client.post(f"{API}/simulations/preview", json=body | {"resources": {"cores": cores}})).json()
        (heron_there,) = [one for one in plan["placement"]["candidates"] if one["machine"] == "heron"]
        waits[cores] = heron_there["estimate"]["wait"]
    assert {one["basis"] for one in waits.values()} == {"learned"}
    assert waits[1]["p50"] < 60 < waits[2]["p50"]
    assert [waits[2][name] for name in ("p10", "p50", "p90")] == sorted(
        waits[2][name] for name in ("p10", "p50", "p90")
    )
    # A queue nobody has seen for long says nothing about the one there is: quantiles of runs like it do.
    async with running_node.database.transaction() as session:
        await session.execute(text("UPDATE queue_looks SET looked_at = now() - interval '1 hour'"))
    plan = (await client.post(f"{API}/simulations/preview", json=body)).json()
    (there,) = [one for one in plan["placement"]["candidates"] if one["machine"] == "heron"]
    assert there["estimate"]["wait"]["basis"] == "similar"
    assert (await client.get(f"{API}/machines/mch_none/waits")).status_code == 404


async def test_our_runs_of_late_are_found_by_an_index(node: Node) -> None:
    machine, others = machine_with_ladder("heron"), machine_with_ladder("ibis")
    async with node.database.transaction() as session:
        session.add_all([machine, others])
        await session.flush()
        for one in (machine, others):
            await session.execute(
                text(
                    "INSERT INTO simulations (id, name, max_attempts, spec, machine_id, state, queued_at, finished_at)"
                    " SELECT 'sim_' || :name || n, 'ran', 1, '{}', :machine_id, 'succeeded', at, at"
                    " FROM (SELECT n, now() - n * interval '1 minute' AS at FROM generate_series(1, 10000) n) AS ran"
                ),
                {"name": one.name, "machine_id": one.id},
            )
        await session.execute(text("ANALYZE simulations"))
    async with node.database.sessions() as session:
        query = own_runs(machine.id, datetime.now(UTC) - timedelta(minutes=10))
        said = query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
        plan = "\n".join(await session.scalars(text(f"EXPLAIN {said}".replace(":", r"\:"))))
        assert len((await session.execute(query.with_only_columns(Simulation.id))).all()) == 9
    assert "ix_simulations_queued" in plan, plan
    assert "Seq Scan" not in plan, plan

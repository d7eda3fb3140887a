"""A real Slurm that takes two jobs of a user at a time is given no more, and every run of an ensemble gets there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from simulation_probe import now_due, until, until_true
from sqlalchemy import select

from app.kernel.node import Node
from app.modules import simulation
from app.modules.simulation import Simulation, SimulationSubmit
from tests.sites import slurm_cluster as slurm
from tests.sites.login_node import LoginNode, login_node
from tests.sites.simulation_machines import machine_at
from tests.sites.ssh_server import MISSING, SSHD

RUNS = 5


@pytest.fixture(scope="module")
def limited_slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoginNode]:
    """The login node of a cluster that takes two jobs of each user at a time."""
    if (why := slurm.missing(accounting=True)) is not None or SSHD is None:
        pytest.skip(why or MISSING)
    folder = tmp_path_factory.mktemp("limited")
    with (
        slurm.slurm_cluster(folder / "gamma", "gamma", accounting=True, most_submitted=2) as cluster,
        login_node(folder / "login", environment={"SLURM_CONF": cluster.environment["SLURM_CONF"]}) as login,
    ):
        yield login


@pytest.mark.covers("V55")
async def test_an_ensemble_goes_through_a_queue_that_takes_two_jobs_of_a_user(
    limited_slurm: LoginNode, running_node: Node, tmp_path: Path
) -> None:
    node, go = running_node, tmp_path / "go"
    spec = SimulationSubmit.model_validate(
        {
            "command": ["sh", "-c", f"until [ -e {go} ]; do sleep 0.1; done"],
            "machine": "gamma",
            "max_attempts": 1,
            "resources": {"memory_bytes": 64 * 1024**2, "walltime_seconds": 600},
        }
    )
    await machine_at(node, "gamma", "slurm", limited_slurm, run_directory=f"{tmp_path}/runs", poll_seconds=0.2)
    async with node.database.transaction() as session:
        wanted = [(f"member {number}", spec) for number in range(RUNS)]
        await simulation.submit_many(session, wanted, incident_id="inc_test", stage_id="stg_test")

    def is_told(rows: list[Simulation]) -> bool:
        return any("takes 2 at a time at present: it said: QOSMaxSubmit" in (r.waiting_text or "") for r in rows)

    await until(node, is_told, seconds=100)
    go.touch()

    async def over() -> bool:
        await now_due(node)
        async with node.database.sessions() as session:
            states = list(await session.scalars(select(Simulation.state)))
        return all(state in simulation.TERMINAL for state in states)

    await until_true(over, seconds=200)
    async with node.database.sessions() as session:
        rows = (await session.scalars(select(Simulation))).all()
    assert [(row.state, row.attempt, row.error) for row in rows] == [("succeeded", 1, None)] * RUNS
    assert len({row.native_id for row in rows}) == RUNS

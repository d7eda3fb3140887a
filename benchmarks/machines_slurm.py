"""Simulations on a real Slurm over a real sshd: what submitting, watching and dead machines cost. Part of machines.py.

The cluster's one node is drained, so what is submitted waits and takes nothing of this machine; for the delay until an
end is visible it runs.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.kernel import garbage
from app.kernel import settings as settings_sources
from app.kernel.migrate import migrate
from app.kernel.node import Node
from app.kernel.postgres import EmbeddedPostgres
from app.main import MODULES, create_app
from app.modules import simulation
from app.modules.machines import BatchRun, Machine, batch_of, transport_of
from app.modules.simulation import Simulation, SimulationSubmit
from app.modules.simulation.history_models import SimulationState
from app.modules.simulation.watching import watch
from benchmarks.jobs_cost import process_cpu_seconds
from benchmarks.report import Row, median_row, percentile
from tests.sites.login_node import LoginNode, login_node
from tests.sites.served_app import served
from tests.sites.simulation_machines import machine_at
from tests.sites.slurm_cluster import SlurmCluster, slurm_cluster

INTERVAL_SECONDS = 1.0


@dataclass(frozen=True)
class Sizes:
    """How much of each."""

    submissions: int
    members: int
    polls: int
    ends: int
    machines: int
    dead: int
    rounds: int


QUICK = Sizes(submissions=30, members=200, polls=10, ends=6, machines=10, dead=1, rounds=8)
FULL = Sizes(submissions=300, members=1000, polls=50, ends=40, machines=50, dead=5, rounds=40)


@dataclass
class Place:
    """A node with Slurm as its one machine beside itself."""

    node: Node
    cluster: SlurmCluster
    login: LoginNode
    folder: Path

    async def machine(self, name: str, **settings: float | str) -> Machine:
        given = {"run_directory": str(self.folder / "runs"), "poll_seconds": 3600.0, **settings}
        return await machine_at(self.node, name, "slurm", self.login, **given)

    def drain(self, *, yes: bool) -> None:
        """Have no job start, or all."""
        state = ("state=drain", "reason=benchmark") if yes else ("state=resume",)
        self.cluster.ask("scontrol", "update", f"nodename={self.cluster.name}1", *state)

    async def counted(self, *states: str) -> int:
        async with self.node.database.sessions() as session:
            return await session.scalar(select(func.count()).where(Simulation.state.in_(states))) or 0

    async def until(self, what: Callable[[int], bool], *states: str) -> float:
        """Return when so many simulations are in these states."""
        changed = asyncio.Event()
        off = self.node.bus.on("simulations", changed.set)  # to ask all the time would be work as well
        try:
            async with asyncio.timeout(180):
                while not what(await self.counted(*states)):
                    await asyncio.wait_for(changed.wait(), 60)
                    changed.clear()
        finally:
            off()
        return time.perf_counter()


@asynccontextmanager
async def place() -> AsyncIterator[Place]:
    """Start a node, a cluster and a login node."""
    async with AsyncExitStack() as left:
        folder = Path(left.enter_context(tempfile.TemporaryDirectory()))
        cluster = left.enter_context(slurm_cluster(folder / "slurm", "alpha", cores=4))
        environment = {"SLURM_CONF": cluster.environment["SLURM_CONF"]}
        login = left.enter_context(login_node(folder / "login", environment=environment))
        postgres = EmbeddedPostgres(folder / "postgres")
        url = (await postgres.start()).url
        left.push_async_callback(postgres.stop)
        engine = create_async_engine(url, poolclass=NullPool)
        await migrate(engine)
        await engine.dispose()
        sections = {module.name: module.settings for module in MODULES if module.settings is not None}
        flags = {"data_directory": str(folder / "data"), "log_level": "error"}
        settings = settings_sources.load(sections, flags=flags, environ={}, toml_paths=())
        node = Node(settings, MODULES, url)
        await node.vault.unlock()
        await node.start()
        left.push_async_callback(node.stop)
        garbage.settle()
        yield Place(node, cluster, login, folder)


async def overhead(at: Place, count: int) -> list[Row]:
    """Submit a run without files as simulations are and by a bare sbatch, in turns, on one connection."""
    machine = await at.machine("submits")
    batch, transport = await batch_of(at.node, machine), await transport_of(at.node, machine)
    ours, raw = [], []
    for number in range(count):
        run = BatchRun(marker=f"bench-{number}", name="bench", command=["true"], memory_bytes=64 * 1024**2)
        script = batch.preview(run).encode()
        began = time.perf_counter()
        done = await transport.run(["sbatch", "--parsable"], content=script)
        raw.append(time.perf_counter() - began)
        assert done.exit_code == 0, done.stderr
        began = time.perf_counter()
        await batch.submit(run)
        ours.append(time.perf_counter() - began)
    own, bare = (sorted(times)[count // 2] * 1000 for times in (ours, raw))
    at.cluster.ask("scancel", "--user=root")
    return [
        Row("submission over raw sbatch, p50", "ms", round(own - bare, 2), target=15.0, n=count),
        Row("submission, p50", "ms", round(own, 2), other=round(bare, 2), other_name="sbatch alone"),
    ]


async def ensemble(at: Place, count: int, polls: int) -> list[Row]:
    """Ask for an ensemble, from the rows to Slurm; look at all of it; end all of it."""
    machine = await at.machine("ensemble")
    before = len(at.cluster.ask("squeue", "-h").split("\n"))
    spec = {"command": ["true"], "machine": "ensemble", "resources": {"memory_bytes": 64 * 1024**2}}
    wanted = [
        (f"member {n}", SimulationSubmit.model_validate({**spec, "files": {"params.json": {"member": n}}}))
        for n in range(count)
    ]
    began, cpu = time.perf_counter(), process_cpu_seconds(os.getpid())
    async with at.node.database.transaction() as session:
        await simulation.submit_many(session, wanted, incident_id=None, stage_id=None, owner_id="usr_system")
    asked = time.perf_counter()
    queued = await at.until(lambda found: found == count, "queued")
    spent = process_cpu_seconds(os.getpid()) - cpu
    jobs = len(at.cluster.ask("squeue", "-h").split("\n")) - before
    rows = [
        Row(f"ensemble of {count} members, asked for to queued", "s", round(queued - began, 3), target=2.0),
        Row(f"ensemble of {count} members, rows of it", "s", round(asked - began, 3)),
        Row(f"ensemble of {count} members, server CPU of one", "ms", round(spent / count * 1000, 3)),
        Row(f"ensemble of {count} members, jobs of Slurm", "1", jobs),
    ]
    await watch(at.node, machine)
    await asyncio.sleep(0.5)  # what the first look announced has been told
    took, cost = [], []
    for _ in range(polls):
        cpu, began = process_cpu_seconds(os.getpid()), time.perf_counter()
        await watch(at.node, machine)
        took.append((time.perf_counter() - began) * 1000)
        cost.append((process_cpu_seconds(os.getpid()) - cpu) * 1000)
    rows += [
        median_row(f"one poll of {count} runs, server CPU", "ms", cost, target=20.0),
        median_row(f"one poll of {count} runs", "ms", took),
    ]
    began = time.perf_counter()
    async with at.node.database.transaction() as session:
        ids = (await session.scalars(select(Simulation.id).where(Simulation.machine_id == machine.id))).all()
        for one in ids:
            await simulation.cancel(session, one)
    asked = time.perf_counter()
    while await at.counted("cancelled") < count:
        await watch(at.node, machine)
    rows.append(Row(f"ensemble of {count} members, cancelled", "s", round(time.perf_counter() - asked, 3)))
    rows.append(Row(f"ensemble of {count} members, cancellation asked for", "s", round(asked - began, 3)))
    return rows


async def visible(at: Place, count: int) -> list[Row]:
    """Return how long after a run's own end its simulation says so: by polls, without their interval, and by calls."""
    await at.machine("shows", poll_seconds=INTERVAL_SECONDS)
    at.drain(yes=False)
    late = await _late(at, "shows", count)
    over = [(seconds - INTERVAL_SECONDS) * 1000 for seconds in late]
    async with served(create_app(at.node)) as address:
        # One run after the other within seconds: more looks than a minute has by default.
        await at.machine("calls", callbacks=True, callback_url=address, callback_looks=6000)
        called = [seconds * 1000 for seconds in await _late(at, "calls", count)]
    at.drain(yes=True)
    return [
        Row("end visible, beyond the interval, p95", "ms", round(percentile(over, 0.95), 1), target=100.0, n=count),
        median_row("end visible, interval of 1 s", "s", late),
        Row("end visible, by its callback, p95", "ms", round(percentile(called, 0.95), 1), target=250.0, n=count),
        median_row("end visible, by its callback, interval of 1 h", "ms", called),
    ]


async def _late(at: Place, machine: str, count: int) -> list[float]:
    """Return of runs one after the other how long after each one's own end its simulation said so."""
    late = []
    before = await at.counted("succeeded")
    for number in range(count):
        seconds = f"{0.3 + number % 7 * 0.13:.2f}"  # ends at every point of the interval
        spec = {"command": ["sleep", seconds], "machine": machine, "resources": {"memory_bytes": 64 * 1024**2}}
        async with at.node.database.transaction() as session:
            (one,) = await simulation.submit_many(
                session,
                [("ends", SimulationSubmit.model_validate(spec))],
                incident_id=None,
                stage_id=None,
                owner_id="usr_system",
            )
        await at.until(lambda found, wanted=before + number + 1: found == wanted, "succeeded")  # type: ignore[misc]
        async with at.node.database.sessions() as session:
            row = await simulation.get(session, one)
            assert row.started_at is not None
            assert row.run_seconds is not None
            told = select(SimulationState.at).where(
                SimulationState.simulation_id == one, SimulationState.state == "completing"
            )
            seen = (await session.scalars(told)).one()
        late.append((seen - row.started_at).total_seconds() - row.run_seconds)
    return late


async def neighbours(at: Place, sizes: Sizes) -> list[Row]:
    """Poll many machines, a run on each, without and with some among them whose login hangs."""

    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    hung = LoginNode(at.login.folder, server.sockets[0].getsockname()[1], at.login.process, at.login.user)
    living = [await at.machine(f"lives-{n}") for n in range(sizes.machines - sizes.dead)]
    dead = [
        await machine_at(at.node, f"dead-{n}", "slurm", hung, run_directory="runs", poll_seconds=3600.0)
        for n in range(sizes.dead)
    ]
    for machine in living:
        batch = await batch_of(at.node, machine)
        await batch.prepare(f"on-{machine.name}")
        native_id = await batch.submit(BatchRun(marker=f"on-{machine.name}", name="x", command=["true"]))
        await _row(at, machine, native_id)
    for machine in dead:
        await _row(at, machine, "1")
    before, after = [], []
    for _ in range(4):  # in turns: what else this machine does is on both sides
        before += await _polled(at, living, [], sizes.rounds // 4)
        after += await _polled(at, living, dead, sizes.rounds // 4)
    server.close()
    at.cluster.ask("scancel", "--user=root")
    p95, beside = percentile(after, 0.95) * 1000, percentile(before, 0.95) * 1000
    return [
        Row(
            f"poll of {len(living)} machines, p95, with {len(dead)} dead ones beside them",
            "ms",
            round(p95, 1),
            target=1.1,
            target_is_ratio=True,
            other=round(beside, 1),
            other_name="without them",
            n=len(after),
        )
    ]


async def _row(at: Place, machine: Machine, native_id: str) -> None:
    """Have a run on a machine that needs to be followed."""
    spec = SimulationSubmit.model_validate({"command": ["true"], "machine": machine.name})
    async with at.node.database.transaction() as session:
        (one,) = await simulation.submit_many(
            session, [("x", spec)], incident_id=None, stage_id=None, owner_id="usr_system"
        )
        columns = {"machine_id": machine.id, "machine": machine.name, "driver": "slurm", "native_id": native_id}
        columns |= {"state": "queued", "submission": "submitted", "marker": f"on-{machine.name}"}
        await session.execute(update(Simulation).where(Simulation.id == one).values(**columns))


async def _polled(at: Place, living: list[Machine], dead: list[Machine], rounds: int) -> list[float]:
    """Return how long each poll of the living ones took, the machines spread over a second."""
    taken: list[float] = []

    async def follow(machine: Machine, first: float) -> None:
        await asyncio.sleep(first)
        for _ in range(rounds):
            began = time.perf_counter()
            await watch(at.node, machine)
            taken.append(time.perf_counter() - began)
            await asyncio.sleep(max(0.0, began + 2.0 - time.perf_counter()))

    async def knock(machine: Machine) -> None:
        while True:
            await asyncio.sleep(min(2.0, await watch(at.node, machine) or 1.0))

    knocks = [asyncio.create_task(knock(machine)) for machine in dead]
    await asyncio.gather(*[follow(machine, 2.0 * n / len(living)) for n, machine in enumerate(living)])
    for task in knocks:
        task.cancel()
    await asyncio.gather(*knocks, return_exceptions=True)
    return taken


async def measured(sizes: Sizes) -> list[Row]:
    """Measure all of it."""
    async with place() as at:
        at.drain(yes=True)
        rows = await overhead(at, sizes.submissions)
        rows += await ensemble(at, sizes.members, sizes.polls)
        rows += await visible(at, sizes.ends)
        return rows + await neighbours(at, sizes)

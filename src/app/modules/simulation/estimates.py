"""When a run would be done on a machine: bringing its inputs there, waiting in the queue, running."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.ids import is_id
from app.modules import data
from app.modules.machines import Machine
from app.modules.simulation.learned_waits import LearnedWaits, learned_waits
from app.modules.simulation.models import Simulation
from app.modules.simulation.queue_wait import Quantiles, Queue, Wait, Wanted, predict, without_history
from app.modules.simulation.run_time import Expected, RunTime, expect
from app.modules.simulation.schemas import SimulationSubmit
from app.modules.simulation.told_starts import Starts, ToldStart, shape_of, told

_RUNS = 200
_WAITS = 300
# Where nothing was brought yet. What takes no bytes takes a few round trips.
_BYTES_PER_SECOND = 50e6
_ROUND_TRIPS_SECONDS = 0.2
_LARGE_BYTES = 1024**2
_THERE = ("created", "queued", "running")


@dataclass(frozen=True)
class Estimate:
    """Seconds until a run is done, and what they are made of; ``late_seconds`` is when nine in ten are done.

    ``turn_seconds`` are those until its machine takes another submission; ``told`` is what its batch system said.
    """

    staging_seconds: float
    staging_bytes: int
    wait: Quantiles
    run: Expected
    done_seconds: float
    late_seconds: float
    turn_seconds: float = 0.0
    told: ToldStart | None = None

    def after(self, turn_seconds: float) -> "Estimate":
        """Return it for a run that is submitted only then."""
        return replace(
            self,
            done_seconds=round(self.done_seconds + turn_seconds, 3),
            late_seconds=round(self.late_seconds + turn_seconds, 3),
            turn_seconds=round(turn_seconds, 3),
        )

    def kept(self) -> dict[str, Any]:
        """Return what asdict does, at a quarter of its cost: an ensemble has a thousand decisions."""
        said = self.told and {
            "starts_at": self.told.starts_at.isoformat(),
            "asked_at": self.told.asked_at.isoformat(),
            "turns": self.told.turns,
        }
        return {**vars(self), "wait": {**vars(self.wait)}, "run": {**vars(self.run)}, "told": said}

    @property
    def text(self) -> str:
        """Say it."""
        basis = {"here": "there", "elsewhere": "elsewhere"}.get(self.run.basis)
        runs = f"{self.run.count} run{'s' if self.run.count != 1 else ''} {basis}" if basis else "all it may"
        turn = f"its turn {_duration(self.turn_seconds)}, " if self.turn_seconds else ""
        said = ""
        if self.told is not None:
            asked, starts = self.told.asked_at, self.told.starts_at
            said = f"; its batch system said at {asked:%H:%M:%S} UTC that it would start at {starts:%Y-%m-%d %H:%M:%S}"
        return (
            f"done in about {_duration(self.done_seconds)}: {turn}inputs {_duration(self.staging_seconds)}, "
            f"queue {_duration(self.wait.p50)}, run {_duration(self.run.p50)} ({runs}){said}"
        )


class Estimates:
    """Estimates of one transaction; what is looked up for one run is kept for the next.

    ``starts`` is what batch systems say.
    """

    def __init__(self, session: AsyncSession, starts: Starts | None = None) -> None:
        self._session = session
        self._starts = starts or {}
        self._given: Mapping[str, int] | None = None
        self._runs: dict[str, list[RunTime]] = {}
        self._machines: dict[str, tuple[list[Wait], list[tuple[int, float]]]] = {}
        self._learned: dict[str, LearnedWaits | None] = {}
        self._sizes: dict[str, int] = {}
        self._tags: dict[str, Sequence[str]] = {}

    async def of(
        self, machine: Machine, spec: SimulationSubmit, history_key: str | None, queue: Queue, *, promised: int = 0
    ) -> Estimate:
        """Return when a run would be done on a machine, were it submitted now and ``promised`` cores not free."""
        wants = spec.resources
        wanted = Wanted(wants.cores, wants.walltime_seconds, wants.partition)
        waits, stagings = await self._history(machine)
        if machine.id not in self._learned:
            self._learned[machine.id] = await learned_waits(self._session, machine)
        learned = self._learned[machine.id]
        start = await self._told(machine, spec, promised)
        hint = told(start, wanted) if start is not None else None
        wait = learned.predict(machine, wanted, promised) if learned else None
        wait = wait or predict(waits, wanted, queue, hint) or hint or without_history(wanted, queue)
        runs = await self._run_times(history_key)
        run = expect(runs, machine.id, wants.cores, wants.walltime_seconds)
        size = await self._input_bytes(spec)
        staging = _staging_seconds(stagings, size)
        return Estimate(
            staging_seconds=round(staging, 3),
            staging_bytes=size,
            wait=replace(wait, p10=round(wait.p10, 3), p50=round(wait.p50, 3), p90=round(wait.p90, 3)),
            run=replace(run, p50=round(run.p50, 3), p90=round(run.p90, 3)),
            done_seconds=round(staging + wait.p50 + run.p50, 3),
            late_seconds=round(staging + wait.p90 + run.p90, 3),
            told=start,
        )

    async def _told(self, machine: Machine, spec: SimulationSubmit, promised: int) -> ToldStart | None:
        """Return what a machine's batch system said, and how much was given to it that it did not know of."""
        start = self._starts.get((machine.id, shape_of(spec))) if self._starts else None
        if start is None:
            return None
        if self._given is None:  # before anything is given away in this transaction
            self._given = await self._given_since()
        given = promised + self._given.get(machine.id, 0)
        fits = machine.cores_used + given + spec.resources.cores <= machine.cores
        return replace(start, turns=0.0 if fits else round(given / max(1, machine.cores), 3))

    async def _given_since(self) -> Mapping[str, int]:
        """Return the cores of runs that machines were given since they were first asked, or are being given."""
        asked: dict[str, datetime] = {}
        for (machine_id, _), start in self._starts.items():
            asked[machine_id] = min(start.asked_at, asked.get(machine_id, start.asked_at))
        since = [
            and_(
                Simulation.machine_id == machine_id,
                or_(Simulation.queued_at > at, Simulation.submission == "intent"),
            )
            for machine_id, at in asked.items()
        ]
        query = (
            select(Simulation.machine_id, func.sum(Simulation.spec["resources"]["cores"].as_integer()))
            .where(Simulation.state.in_(_THERE), or_(*since))
            .group_by(Simulation.machine_id)
        )
        return {str(machine_id): int(cores) for machine_id, cores in await self._session.execute(query)}

    async def _history(self, machine: Machine) -> tuple[list[Wait], list[tuple[int, float]]]:
        """Return what runs waited on a machine, and what was brought there in which time; newest first."""
        if machine.id not in self._machines:
            query = (
                select(
                    func.extract("epoch", Simulation.started_at - Simulation.queued_at),
                    Simulation.spec["resources"],
                    Simulation.placement["queue"],
                    Simulation.queued_at,
                    Simulation.staged_bytes,
                    Simulation.staged_seconds,
                )
                .where(
                    Simulation.machine_id == machine.id,
                    Simulation.started_at.is_not(None),
                    Simulation.queued_at.is_not(None),
                    # What went first there says nothing of how long others wait.
                    ~Simulation.placement.has_key("rung"),
                )
                .order_by(Simulation.started_at.desc())
                .limit(_WAITS)
            )
            found = (await self._session.execute(query)).all()
            waits = [
                Wait(max(0.0, float(seconds)), _wanted_of(resources), _queue_of(queue), queued_at)
                for seconds, resources, queue, queued_at, _, _ in found
            ]
            stagings = [(int(size), float(seconds)) for *_, size, seconds in found if seconds is not None]
            self._machines[machine.id] = waits, stagings
        return self._machines[machine.id]

    async def _run_times(self, history_key: str | None) -> list[RunTime]:
        if history_key is None:
            return []
        if history_key not in self._runs:
            query = (
                select(
                    Simulation.machine_id, Simulation.run_seconds, Simulation.spec["resources"]["cores"].as_integer()
                )
                .where(
                    Simulation.history_key == history_key,
                    Simulation.state == "succeeded",
                    Simulation.run_seconds.is_not(None),
                )
                .order_by(Simulation.finished_at.desc())
                .limit(_RUNS)
            )
            found = (await self._session.execute(query)).all()
            self._runs[history_key] = [RunTime(machine, float(seconds), cores) for machine, seconds, cores in found]
        return self._runs[history_key]

    async def tags_of_inputs(self, spec: SimulationSubmit) -> dict[str, Sequence[str]]:
        """Return the tags of the data sets a run is given, by their paths there."""
        inputs = await self._inputs(spec)
        return {path: self._tags.get(one, ()) for path, one in inputs.items()}

    async def _input_bytes(self, spec: SimulationSubmit) -> int:
        return sum(self._sizes.get(one, 0) for one in (await self._inputs(spec)).values())

    async def _inputs(self, spec: SimulationSubmit) -> dict[str, str]:
        """Return the data sets a run is given, looked up, by their paths there."""
        found = {path: one for path, one in spec.files.items() if isinstance(one, str) and is_id(one, "dst")}
        if missing := set(found.values()) - self._sizes.keys():
            for dataset in await data.find_many(self._session, missing):
                self._sizes[dataset.id], self._tags[dataset.id] = dataset.bytes, dataset.tags
        return found


def _staging_seconds(before: list[tuple[int, float]], size: int) -> float:
    large = [(total, seconds) for total, seconds in before if total >= _LARGE_BYTES]
    small = sorted(seconds for total, seconds in before if total < _LARGE_BYTES)
    fixed = small[len(small) // 2] if small else 0.0 if not size else _ROUND_TRIPS_SECONDS
    if size < _LARGE_BYTES:
        return fixed
    rates = sorted(total / max(seconds, 1e-3) for total, seconds in large)
    return fixed + size / (rates[len(rates) // 2] if rates else _BYTES_PER_SECOND)


def _wanted_of(resources: dict[str, Any]) -> Wanted:
    return Wanted(int(resources["cores"]), float(resources["walltime_seconds"]), resources.get("partition"))


def _queue_of(kept: dict[str, Any] | None) -> Queue | None:
    return Queue(bool(kept["free"]), float(kept["backlog"])) if kept else None


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"

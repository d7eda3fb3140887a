"""What every batch-system driver promises, over every driver that can be used here.

A driver is given a place to work in ``SITES``; one without fails the first test, so that none goes untested.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from app.kernel import drivers
from app.modules.machines.batch import ENDED, BatchRun, BatchSystem, NativeStatus, RunRef, RunRefused, Surroundings

KIND = "machines.batch"
SITES: dict[str, dict[str, Any]] = {"local": {"cores": 2, "grace_seconds": 0.5}}
DRIVERS = [info.name for info in drivers.available(KIND)]


@dataclass
class Site:
    """A batch system under test."""

    batch: BatchSystem
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def submit(self, marker: str, *command: str, **wanted: Any) -> str:
        await self.batch.prepare(marker)
        return await self.batch.submit(BatchRun(marker=marker, name=marker, command=command, **wanted))

    async def until(self, markers: Sequence[str], states: frozenset[Any] = ENDED) -> list[NativeStatus]:
        """Return the runs' statuses once all are in ``states``; asked for at each change."""
        async with asyncio.timeout(30):
            while True:
                self.changed.clear()
                found = await self.batch.poll([RunRef(marker) for marker in markers])
                if all(status.state in states for status in found):
                    return found
                await self.changed.wait()

    async def run(self, marker: str, *command: str, **wanted: Any) -> NativeStatus:
        await self.submit(marker, *command, **wanted)
        return (await self.until([marker]))[0]

    def output(self, marker: str, stream: Any = "stdout") -> str:
        return Path(self.batch.output_path(marker, stream)).read_text()


@pytest.fixture(params=DRIVERS)
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Site]:
    assert request.param in SITES, f"give the driver {request.param} a place in SITES"
    module = drivers.load(KIND, request.param)
    settings = module.Settings.model_validate(SITES[request.param])
    assert await module.probe(settings) is None
    changed = asyncio.Event()
    batch = module.Batch(settings, Surroundings(directory=tmp_path / "site", changed=changed.set))
    await batch.open()
    yield Site(batch, changed)
    await batch.close()


async def test_a_run_that_ends_well_says_so_and_names_its_outputs(site: Site) -> None:
    status = await site.run("m1", "sh", "-c", "echo said; echo kept > a.txt; echo not > b.log", outputs=["*.txt"])
    receipt = await site.batch.receipt("m1")
    assert (status.state, status.exit_code) == ("succeeded", 0)
    assert status.started_at is not None
    assert status.finished_at is not None
    assert status.started_at <= status.finished_at
    assert status.usage is not None
    assert status.usage.cpu_seconds > 0
    assert site.output("m1") == "said\n"
    assert receipt is not None
    assert [(o.name, o.bytes) for o in receipt.outputs] == [("a.txt", 5)]


@pytest.mark.covers("V43")
async def test_a_marker_submitted_again_runs_once(site: Site, tmp_path: Path) -> None:
    tally = tmp_path / "tally"
    submitted = [site.submit("m1", "sh", "-c", f"echo ran >> {tally}") for _ in range(8)]
    assert len(set(await asyncio.gather(*submitted))) == 1
    await site.until(["m1"])
    await site.submit("m1", "sh", "-c", f"echo ran >> {tally}")
    await site.run("m2", "true")
    assert tally.read_text() == "ran\n"


async def test_find_knows_what_was_submitted_and_nothing_else(site: Site) -> None:
    native_id = await site.submit("m1", "sleep", "30")
    assert await site.batch.find("m1") == native_id
    await site.batch.prepare("m2")
    assert await site.batch.find("m2") is None
    await site.batch.cancel(RunRef("m1", native_id))
    await site.until(["m1"])
    assert await site.batch.find("m1") == native_id


async def test_a_marker_nobody_submitted_is_not_a_success(site: Site) -> None:
    (status,) = await site.batch.poll([RunRef("never")])
    assert status.state in ("lost", "unknown")


async def test_a_failing_command_keeps_its_exit_code_and_what_it_said(site: Site) -> None:
    status = await site.run("m1", "sh", "-c", "echo because >&2; exit 3")
    assert (status.state, status.exit_code) == ("failed", 3)
    assert site.output("m1", "stderr") == "because\n"


async def test_a_command_that_is_not_there_fails_and_says_which(site: Site) -> None:
    status = await site.run("m1", "no-such-program")
    assert status.state == "failed"
    assert "no-such-program" in (status.text or "")


@pytest.mark.parametrize("odd", ["", " ", "$(touch x)", "a'b\"c", "*", "new\nline", "ü😀", "-rf"])
@pytest.mark.security("S11")
async def test_arguments_and_environment_arrive_as_they_are(site: Site, odd: str) -> None:
    script = "import os, sys; sys.stdout.write(sys.argv[1] + '|' + os.environ['ODD'])"
    status = await site.run("m1", "python", "-c", script, odd, environment={"ODD": odd})
    assert status.state == "succeeded", site.output("m1", "stderr")
    assert site.output("m1") == f"{odd}|{odd}"


@pytest.mark.security("S12")
async def test_nothing_of_our_environment_is_passed_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORMBELL_DATABASE_URL", "postgresql://secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    await site.run("m1", "env")
    assert "secret" not in site.output("m1")
    assert not {name for name in os.environ if name.startswith("STORMBELL") and name in site.output("m1")}


async def test_walltime_ends_a_run_even_one_that_ignores_being_asked(site: Site) -> None:
    await site.submit("m1", "sleep", "60", walltime_seconds=0.3)
    await site.submit("m2", "sh", "-c", "trap '' TERM; sleep 60; sleep 60", walltime_seconds=0.3)
    assert [status.state for status in await site.until(["m1", "m2"])] == ["timed_out", "timed_out"]


async def test_memory_is_limited(site: Site) -> None:
    status = await site.run("m1", "python", "-c", "bytearray(1 << 30)", memory_bytes=256 * 1024**2)
    assert status.state == "failed"
    assert "MemoryError" in site.output("m1", "stderr")


async def test_processor_time_is_limited(site: Site) -> None:
    status = await site.run("m1", "python", "-c", "while True: pass", cpu_seconds=1, walltime_seconds=30)
    assert status.state == "failed"
    assert "processor time" in (status.text or "")
    assert status.usage is not None
    assert 0.5 < status.usage.cpu_seconds < 4


@pytest.mark.covers("V45")
async def test_a_running_run_is_cancelled_and_a_queued_one_never_starts(site: Site, tmp_path: Path) -> None:
    tally = tmp_path / "tally"
    blockers = [f"b{n}" for n in range(2)]
    for marker in blockers:
        await site.submit(marker, "sleep", "60")
    await site.until(blockers, frozenset({"running"}))
    await site.submit("queued", "touch", str(tally))
    await site.until(["queued"], frozenset({"queued"}))
    await site.batch.cancel(RunRef("queued"))
    for marker in blockers:
        await site.batch.cancel(RunRef(marker))
    assert [s.state for s in await site.until([*blockers, "queued"])] == ["cancelled"] * 3
    await site.run("after", "true")
    assert not tally.exists()


async def test_cancelling_what_ended_changes_nothing(site: Site) -> None:
    before = await site.run("m1", "true")
    await site.batch.cancel(RunRef("m1"))
    assert await site.batch.poll([RunRef("m1")]) == [before]


async def test_the_urgent_start_first_and_the_rest_in_turn(site: Site, tmp_path: Path) -> None:
    order = tmp_path / "order"
    await site.submit("all", "sleep", "0.5", cores=2)
    await site.until(["all"], frozenset({"running"}))
    for marker, urgency in (("a", 0), ("b", 0), ("c", 5), ("d", 0)):
        await site.submit(marker, "sh", "-c", f"echo {marker} >> {order}", urgency=urgency, cores=2)
    await site.until(["all", "a", "b", "c", "d"])
    assert order.read_text().split() == ["c", "a", "b", "d"]


async def test_more_cores_than_there_are_is_refused_at_once(site: Site) -> None:
    with pytest.raises(RunRefused, match="cores"):
        await site.submit("m1", "true", cores=10_000)


async def test_never_more_at_once_than_there_are_cores(site: Site, tmp_path: Path) -> None:
    script = f"echo + >> {tmp_path}/log; sleep 0.1; echo - >> {tmp_path}/log"
    markers = [f"m{n}" for n in range(6)]
    await asyncio.gather(*[site.submit(marker, "sh", "-c", script) for marker in markers])
    load = await site.batch.load()
    assert (load.cores, load.running_count, load.queued_count) == (2, 2, 4)
    await site.until(markers)
    height = highest = 0
    for sign in (tmp_path / "log").read_text().split():
        height += 1 if sign == "+" else -1
        highest = max(highest, height)
    assert highest == 2
    assert (await site.batch.load()).running_count == 0


async def test_forgetting_keeps_the_output_and_the_receipt(site: Site) -> None:
    await site.run("m1", "sh", "-c", "echo said; touch a")
    await site.batch.forget("m1")
    assert site.output("m1") == "said\n"
    assert await site.batch.receipt("m1") is not None
    assert not Path(site.batch.working_directory("m1")).exists()
    await site.submit("m1", "false")
    assert [status.state for status in await site.batch.poll([RunRef("m1")])] == ["succeeded"]


async def test_an_end_is_noticed_at_once(site: Site) -> None:
    """The time between the run's own end and our knowing it, not between two polls."""
    status = await site.run("m1", "true")
    noticed_at = time.time()
    assert status.finished_at is not None
    assert noticed_at - status.finished_at.timestamp() < 1.0

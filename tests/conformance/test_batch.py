"""What every batch-system driver promises, over every driver: Slurm, Grid Engine and Docker are real ones over SSH.

A driver is given a place in ``batch_sites.opened``; one without fails, so that none goes untested.
"""

import asyncio
import hashlib
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import cast

import pytest

from app.modules.machines.batch import BatchRun, ForeseesStarts, RunRef, RunRefused
from tests.conformance.batch_sites import DRIVERS, BatchSite, opened
from tests.sites.batch_machines import (  # noqa: F401
    docker_machine,
    grid_engine_machine,
    kubernetes_machine,
    pbs_machine,
    slurm_machine,
    slurmrestd_machine,
)


def until_there(path: Path) -> str:
    """Return shell that waits for a file."""
    return f"until [ -e {path} ]; do sleep 0.05; done"


@pytest.fixture(params=[name for name in DRIVERS if name != "dummy"])
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BatchSite]:
    """Each driver that runs something."""
    async with opened(request.param, request, tmp_path) as made:
        yield made


@pytest.fixture(params=DRIVERS)
async def any_site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BatchSite]:
    """Each driver, the one of test mode among them."""
    async with opened(request.param, request, tmp_path) as made:
        yield made


async def test_a_run_that_ends_well_says_so_and_names_its_outputs(site: BatchSite) -> None:
    script = "echo said; echo kept > a.txt; mkdir d; echo x > 'd/b c.txt'; ln -s /etc/passwd l.txt; echo not > b.log"
    status = await site.run("m1", "sh", "-c", script, outputs=["*.txt", "**/* *.txt", "../*", "/etc/hosts"])
    receipt = await site.batch.receipt("m1")
    assert (status.state, status.exit_code) == ("succeeded", 0)
    assert status.started_at is not None
    assert status.finished_at is not None
    assert status.started_at <= status.finished_at
    assert status.usage is not None
    assert status.usage.cpu_seconds > 0 or "usage" not in site.abilities
    assert await site.output("m1") == "said\n"
    assert receipt is not None
    assert [(o.name, o.bytes) for o in receipt.outputs] == [("a.txt", 5), ("d/b c.txt", 2)]
    assert receipt.outputs[0].sha256 == hashlib.sha256(b"kept\n").hexdigest()
    assert receipt.outputs_omitted >= 1


@pytest.mark.covers("V43")
async def test_a_marker_submitted_again_runs_once(site: BatchSite, tmp_path: Path) -> None:
    tally = tmp_path / "tally"
    submitted = [site.submit("m1", "sh", "-c", f"echo ran >> {tally}") for _ in range(8)]
    assert len(set(await asyncio.gather(*submitted))) == 1
    await site.until(["m1"])
    await site.submit("m1", "sh", "-c", f"echo ran >> {tally}")
    await site.run("m2", "true")
    assert tally.read_text() == "ran\n"


async def test_find_knows_what_was_submitted_and_nothing_else(any_site: BatchSite) -> None:
    native_id = await any_site.submit("m1", "sleep", "30")
    assert await any_site.batch.find("m1") == native_id
    await any_site.batch.prepare("m2")
    assert await any_site.batch.find("m2") is None
    assert await any_site.batch.find("m3") is None
    await any_site.batch.cancel(RunRef("m1", native_id))
    await any_site.until(["m1"])
    assert await any_site.batch.find("m1") == native_id


@pytest.mark.covers("V43")
async def test_a_submission_whose_answer_was_lost_is_adopted_and_runs_once(any_site: BatchSite, tmp_path: Path) -> None:
    tally = tmp_path / "tally"
    await any_site.batch.prepare("m1")
    any_site.line.loses_next = True
    with suppress(ConnectionError):
        await any_site.batch.submit(BatchRun(marker="m1", name="m1", command=["sh", "-c", f"echo ran >> {tally}"]))
    any_site.line.loses_next = False
    native_id = await any_site.batch.find("m1")
    assert native_id is not None
    assert await any_site.submit("m1", "sh", "-c", f"echo ran >> {tally}") == native_id
    assert [status.state for status in await any_site.until(["m1"])] == ["succeeded"]
    assert "commands" not in any_site.abilities or tally.read_text() == "ran\n"


async def test_many_runs_are_told_by_as_few_questions_as_one(site: BatchSite) -> None:
    markers = [f"m{n}" for n in range(4)]
    for marker in markers:  # not prepared: there is nothing to bring there
        await site.batch.submit(BatchRun(marker=marker, name=marker, command=["true"]))
    await site.until(markers)
    asked = []
    for some in (markers[:1], markers):
        before = site.line.asked_count
        await site.batch.poll([RunRef(marker) for marker in some])
        asked.append(site.line.asked_count - before)
    assert asked[0] == asked[1] <= 3


@pytest.mark.covers("V56")
async def test_a_batch_system_that_does_not_answer_is_not_an_empty_queue(site: BatchSite) -> None:
    native_id = await site.submit("m1", "sleep", "60")
    ref = RunRef("m1", native_id)
    await site.until(["m1"], frozenset({"running"}))
    await site.batch.prepare("m2")
    run = BatchRun(marker="m2", name="m2", command=["true"])
    async with site.silent():
        asked = (site.batch.poll([ref]), site.batch.load(), site.batch.queue(), site.batch.submit(run))
        said = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(one, OSError) for one in said), said
        with pytest.raises(ConnectionError):  # whether there is a job is not known, which is not that there is none
            await site.batch.find("m2")
    assert [status.state for status in await site.batch.poll([ref])] == ["running"]
    assert await site.batch.find("m2") is None
    await site.batch.cancel(ref)
    await site.until(["m1"])


async def test_a_marker_nobody_submitted_is_not_a_success(any_site: BatchSite) -> None:
    (status,) = await any_site.batch.poll([RunRef("never")])
    assert status.state in ("lost", "unknown")


async def test_a_failing_command_keeps_its_exit_code_and_what_it_said(site: BatchSite) -> None:
    status = await site.run("m1", "sh", "-c", "echo because >&2; exit 3")
    assert (status.state, status.exit_code, status.hopeless) == ("failed", 3, False)
    assert await site.output("m1", "stderr") == "because\n"


async def test_a_command_that_is_not_there_fails_and_says_which(site: BatchSite) -> None:
    status = await site.run("m1", "no-such-program")
    assert (status.state, status.hopeless) == ("failed", True)
    assert "no-such-program" in (status.text or "")


@pytest.mark.security("S11")
async def test_arguments_and_environment_arrive_as_they_are(site: BatchSite, tmp_path: Path) -> None:
    odd = ["", " ", f"$(touch {tmp_path}/x)", "a'b\"c", "*", "new\nline", "ü😀", "-rf", "`id`", "a,b", "#SBATCH -n9"]
    markers = [f"m{n}" for n in range(len(odd))]
    for marker, word in zip(markers, odd, strict=True):
        await site.submit(marker, "sh", "-c", 'printf "%s|%s" "$1" "$ODD"', "sh", word, environment={"ODD": word})
    assert {status.state for status in await site.until(markers)} == {"succeeded"}
    assert [await site.output(marker) for marker in markers] == [f"{word}|{word}" for word in odd]
    assert not (tmp_path / "x").exists()


@pytest.mark.security("S12")
async def test_nothing_of_our_environment_is_passed_on(site: BatchSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORMBELL_DATABASE_URL", "postgresql://secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    await site.run("m1", "env")
    said = await site.output("m1")
    assert "secret" not in said
    assert not {name for name in os.environ if name.startswith("STORMBELL") and name in said}


async def test_walltime_ends_a_run_even_one_that_ignores_being_asked(site: BatchSite) -> None:
    await site.submit("m1", "sleep", "60", walltime_seconds=0.3)
    await site.submit("m2", "sh", "-c", "trap '' TERM; sleep 60; sleep 60", walltime_seconds=0.3)
    assert [status.state for status in await site.until(["m1", "m2"])] == ["timed_out", "timed_out"]


async def test_memory_is_limited(site: BatchSite) -> None:
    site.require("memory")
    status = await site.run("m1", sys.executable, "-c", "bytearray(1 << 30)", memory_bytes=256 * 1024**2)
    assert status.state == "failed"
    assert "MemoryError" in await site.output("m1", "stderr")


async def test_processor_time_is_limited(site: BatchSite) -> None:
    status = await site.run("m1", "sh", "-c", "while :; do :; done", cpu_seconds=1, walltime_seconds=30)
    assert status.state == "failed"
    assert "processor time" in (status.text or "")
    assert status.usage is not None
    assert 0.5 < status.usage.cpu_seconds < 4


@pytest.mark.covers("V45")
async def test_a_running_run_is_cancelled_and_a_queued_one_never_starts(site: BatchSite, tmp_path: Path) -> None:
    tally = tmp_path / "tally"
    blockers = [f"b{n}" for n in range(2)]
    for marker in blockers:
        await site.submit(marker, "sleep", "60")
    await site.until(blockers, frozenset({"running"}))
    await site.submit("queued", "touch", str(tally))
    (waiting,) = await site.until(["queued"], frozenset({"queued"}))
    assert waiting.started_at is None
    await site.batch.cancel(RunRef("queued"))
    for marker in blockers:
        await site.batch.cancel(RunRef(marker))
    assert [s.state for s in await site.until([*blockers, "queued"])] == ["cancelled"] * 3
    await site.run("after", "true")
    assert not tally.exists()


async def test_cancelling_what_ended_changes_nothing(any_site: BatchSite) -> None:
    before = await any_site.run("m1", "true")
    await any_site.batch.cancel(RunRef("m1"))
    assert [s.state for s in await any_site.batch.poll([RunRef("m1")])] == [before.state] == ["succeeded"]


async def test_the_urgent_start_first_and_the_rest_in_turn(site: BatchSite, tmp_path: Path) -> None:
    site.require("urgency")
    order = tmp_path / "order"
    await site.submit("all", "sh", "-c", until_there(tmp_path / "go"), cores=2)
    await site.until(["all"], frozenset({"running"}))
    for marker, urgency in (("a", 0), ("b", 0), ("c", 5), ("d", 0)):
        await site.submit(marker, "sh", "-c", f"echo {marker} >> {order}", urgency=urgency, cores=2)
    (tmp_path / "go").touch()
    await site.until(["all", "a", "b", "c", "d"])
    assert order.read_text().split() == ["c", "a", "b", "d"]


async def test_more_cores_than_there_are_is_refused_or_told_within_one_poll(site: BatchSite) -> None:
    try:
        native_id = await site.submit("m1", "true", cores=10_000)
    except RunRefused:
        assert await site.batch.find("m1") is None
    else:
        (status,) = await site.batch.poll([RunRef("m1", native_id)])
        assert status.state == "queued"
        assert "never start" in (status.text or "")
        await site.batch.cancel(RunRef("m1", native_id))


async def test_never_more_at_once_than_there_are_cores(site: BatchSite, tmp_path: Path) -> None:
    site.require("running counts")
    script = f"echo + >> {tmp_path / 'log'}; {until_there(tmp_path / 'go')}; echo - >> {tmp_path / 'log'}"
    markers, log = [f"m{n}" for n in range(4)], tmp_path / "log"
    log.touch()
    await asyncio.gather(*[site.submit(marker, "sh", "-c", script) for marker in markers])
    async with asyncio.timeout(30):
        while (load := await site.batch.load()).running_count != 2 or log.read_text().count("+") < 2:
            await site.batch.poll([RunRef(marker) for marker in markers])
    assert load.cores == 2
    assert load.queued_count >= 1
    (tmp_path / "go").touch()
    await site.until(markers)
    height = highest = 0
    for sign in log.read_text().split():
        height += 1 if sign == "+" else -1
        highest = max(highest, height)
    assert highest == 2


async def test_forgetting_keeps_the_output_and_the_receipt(site: BatchSite) -> None:
    await site.run("m1", "sh", "-c", "echo said; touch a")
    await site.batch.forget("m1")
    assert await site.output("m1") == "said\n"
    assert await site.batch.receipt("m1") is not None
    with pytest.raises(FileNotFoundError):
        await site.transport.stat(site.batch.working_directory("m1"))
    await site.submit("m1", "false")
    assert [status.state for status in await site.batch.poll([RunRef("m1")])] == ["succeeded"]


async def test_an_end_is_noticed_at_once(site: BatchSite) -> None:
    """The time between the run's own end and our knowing it, not between two polls."""
    site.require("notice")
    status = await site.run("m1", "true")
    noticed_at = time.time()
    assert status.finished_at is not None
    assert noticed_at - status.finished_at.timestamp() < 1.0


async def test_an_array_runs_once_for_each_member_with_the_files_prepared_for_all(site: BatchSite) -> None:
    directory = await site.batch.prepare("m1")
    await site.transport.put(b"given\n", f"{directory}/input")
    run = BatchRun(
        marker="m1",
        name="ensemble",
        command=["sh", "-c", 'cat input > out; echo "$STORMBELL_MEMBER" >> out; exit $((STORMBELL_MEMBER == 2))'],
        array=3,
        outputs=["out"],
    )
    native_id = await site.batch.submit(run)
    assert await site.batch.submit(run) == native_id
    assert await site.batch.find("m1") == native_id
    found = await site.until(["m1.0", "m1.1", "m1.2"])
    assert [status.state for status in found] == ["succeeded", "succeeded", "failed"]
    there = f"{site.batch.working_directory('m1.1')}/out"
    assert await site.transport.tail(there, 100) == b"given\n1\n"
    receipt = await site.batch.receipt("m1.1")
    assert receipt is not None
    assert [output.name for output in receipt.outputs] == ["out"]


async def test_an_array_is_cancelled_as_one_and_by_member(any_site: BatchSite) -> None:
    await any_site.batch.prepare("m1")
    native_id = await any_site.batch.submit(BatchRun(marker="m1", name="m1", command=["sleep", "60"], array=4))
    await any_site.until(["m1.0", "m1.1"], frozenset({"running"}))
    await any_site.batch.cancel(RunRef("m1.1", native_id))
    await any_site.until(["m1.1"], frozenset({"cancelled"}))
    await any_site.batch.cancel(RunRef("m1", native_id))
    assert {s.state for s in await any_site.until([f"m1.{n}" for n in range(4)])} == {"cancelled"}


async def test_lines_before_the_command_are_the_commands_own_shell(site: BatchSite) -> None:
    status = await site.run("m1", "sh", "-c", 'echo "$GIVEN"', setup=["GIVEN='a b'", "export GIVEN"])
    assert (status.state, await site.output("m1")) == ("succeeded", "a b\n")
    status = await site.run("m2", "true", setup=["echo 'open"])
    assert status.state == "failed"


async def test_the_queue_is_shown_and_a_run_can_be_looked_at_before(site: BatchSite) -> None:
    run = BatchRun(marker="m1", name="look", command=["sleep", "30"], environment={"A": "b c"})
    assert "sleep 30" in site.batch.preview(run) or "'30'" in site.batch.preview(run)
    if "estimate" in site.abilities:
        assert await cast(ForeseesStarts, site.batch).estimate(run) is not None
    native_id = await site.submit("m1", "sleep", "30")
    await site.until(["m1"], frozenset({"running"}))
    view = await site.batch.queue()
    assert [job.native_id for job in view.jobs] == [native_id]
    assert sum(node.cores or 0 for node in view.nodes) == site.cores
    assert sum(node.cores_used or 0 for node in view.nodes) == 1
    assert view.partitions or "queue" not in site.abilities
    await site.batch.cancel(RunRef("m1", native_id))
    await site.until(["m1"])

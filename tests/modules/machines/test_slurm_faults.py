"""Slurm when something is amiss: the line cut in the middle of sbatch, nobody answering, runs that were forgotten."""

import asyncio
import os
import random
from collections import Counter
from pathlib import Path

import pytest

from app.modules.machines.batch import BatchRun, RunRef
from tests.conformance.batch_sites import REMOTE, BatchSite, batch_site
from tests.sites.batch_machines import SlurmMachine, forgetful_slurm, logged_in, slurm_machine  # noqa: F401
from tests.sites.cut_line import CutLine

SUBMISSIONS = int(os.environ.get("STORMBELL_CUT_SUBMISSIONS", "24"))
CUT_SHARE = 0.6
_ACCOUNTED = ("sacct", "-X", "-n", "-P", "-S", "now-1hour", "-o", "JobName")


async def submitted_somehow(site: BatchSite, run: BatchRun) -> str:
    """Submit as the simulation room does: look for the marker before each try."""
    while True:
        try:
            if (found := await site.batch.find(run.marker)) is not None:
                return found
            await site.batch.prepare(run.marker)
            return await site.batch.submit(run)
        except (OSError, TimeoutError):
            continue


@pytest.mark.covers("V43")
async def test_a_line_cut_in_the_middle_of_sbatch_leaves_one_job_for_each_marker(
    slurm_machine: SlurmMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    chosen = random.Random(7)
    tally, mark = tmp_path / "tally", f"cut{os.getpid()}"
    settings = {**REMOTE, "command_seconds": 30.0}
    async with (
        CutLine(slurm_machine.login.port) as line,
        logged_in(slurm_machine.login, port=line.port) as transport,
        batch_site("slurm", settings, tmp_path, transport=transport, own_markers=False) as site,
    ):
        await transport.run(["true"])
        for number in range(SUBMISSIONS):
            run = BatchRun(
                marker=f"{mark}-{number}", name="cut", command=["sh", "-c", f"echo {number} >> {tally}"], cores=1
            )
            task = asyncio.create_task(submitted_somehow(site, run))
            if chosen.random() < CUT_SHARE:
                # Somewhere between the first byte of the script and the answer of sbatch.
                await asyncio.wait({task}, timeout=chosen.uniform(0.0, 0.12))
                line.cut()
            native_id = await asyncio.wait_for(task, 60)
            assert native_id == await site.batch.find(run.marker)
        assert line.cuts >= SUBMISSIONS * CUT_SHARE / 2
        markers = [f"{mark}-{number}" for number in range(SUBMISSIONS)]
        assert {one.state for one in await site.until(markers, seconds=40 + SUBMISSIONS)} == {"succeeded"}
    found: Counter[str] = Counter()
    async with asyncio.timeout(30 + SUBMISSIONS):
        while found.keys() < set(markers):  # its accounting hears of a job some seconds later
            said = await asyncio.to_thread(slurm_machine.cluster.ask, *_ACCOUNTED)
            found = Counter(name for name in said.split() if name in markers)
    assert found == dict.fromkeys(markers, 1)
    assert sorted(tally.read_text().split(), key=int) == [str(number) for number in range(SUBMISSIONS)]


async def test_a_forgotten_run_is_told_by_its_receipt_and_without_one_is_not_known(
    forgetful_slurm: SlurmMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    cluster = forgetful_slurm.cluster
    async with (
        logged_in(forgetful_slurm.login) as transport,
        batch_site("slurm", REMOTE, tmp_path, transport=transport) as site,
    ):
        native_ids = [await site.submit(marker, "sh", "-c", "exit 0") for marker in ("m1", "m2")]
        await site.submit("m3", "sh", "-c", "exit 4")
        await site.until(["m1", "m2", "m3"])
        await transport.remove(f"{site.batch.working_directory('m2')}/../receipt")
        async with asyncio.timeout(90):
            while cluster.ask("squeue", "-h", "-t", "all", "-j", native_ids[0]).strip():
                await asyncio.sleep(1)
                if not cluster.ask("squeue", "-h", "-t", "all"):
                    break
        kept, unknown, failed = await site.batch.poll([RunRef("m1", native_ids[0]), RunRef("m2"), RunRef("m3")])
        assert (kept.state, failed.state, failed.exit_code) == ("succeeded", "failed", 4)
        assert unknown.state == "unknown"
        assert "no word of its end" in (unknown.text or "")


async def test_a_run_on_two_nodes_that_depends_on_another_waits_and_runs_there(
    forgetful_slurm: SlurmMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    async with (
        logged_in(forgetful_slurm.login) as transport,
        batch_site("slurm", REMOTE, tmp_path, transport=transport) as site,
    ):
        first = await site.submit("m1", "sleep", "0.5")
        script = 'echo "$SLURM_JOB_NUM_NODES $SLURM_NTASKS $OMP_NUM_THREADS"'
        asked = {"nodes": 2, "tasks": 2, "cores": 4, "partition": "urgent", "dependency": [first]}
        await site.submit("m2", "sh", "-c", script, **asked)
        (waiting,) = await site.batch.poll([RunRef("m2")])
        assert waiting.native_state in ("PENDING (Dependency)", "PENDING", "PENDING (None)")
        assert [status.state for status in await site.until(["m1", "m2"])] == ["succeeded", "succeeded"]
        assert await site.output("m2") == "2 2 2\n"

"""What batch systems answer, as recorded, and what is read in it."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.modules.machines.batch import Receipt, RunRef, Surroundings, Usage
from app.modules.machines.batch import _gridengine_text as gridengine
from app.modules.machines.batch import _pbs_text as pbs
from app.modules.machines.batch import _slurm_text as slurm
from app.modules.machines.batch import slurm as slurm_driver
from app.modules.machines.batch._receipts import Evidence
from app.modules.machines.batch._verdict import Row, judge
from app.modules.machines.transport import Completed

AT = datetime(2026, 11, 23, 9, 14, 52, tzinfo=UTC)

# Slurm 22.05.8.
SQUEUE = """1_3|CANCELLED|Resources|2026-11-23T09:14:48|2026-11-23T09:14:52|2026-11-23T09:14:52|1|normal|root|mm
1_0|RUNNING|None|2026-11-23T09:14:48|2026-11-23T09:14:49|2026-11-23T09:24:52|1|normal|root|mm
6|PENDING|PartitionConfig|2026-11-23T09:14:54|N/A|N/A|100|normal|root|big
7|PENDING|PartitionTimeLimit|2026-11-23T09:14:54|N/A|N/A|1|urgent|root|long
9_[0-2,7%2]|PENDING|Priority|2026-11-23T09:14:54|N/A|N/A|1|normal|root|more
11|RUNNING|None|2026-11-23T09:14:54|2026-11-23T09:14:55|2026-11-23T09:24:55|1|normal|root|a|b
12|PENDING|QOSMaxJobsPerUserLimit|2026-11-23T09:14:54|N/A|N/A|1|normal|root|waits
"""


def test_a_queue_of_slurms_is_read_by_marker_with_why_runs_wait() -> None:
    rows = dict(slurm.read_queue(SQUEUE))
    assert {marker: row.state for marker, row in rows.items()} == {
        "mm.3": "cancelled",
        "mm.0": "running",
        "big": "queued",
        "long": "queued",
        "a|b": "running",
        "more.0": "queued",
        "more.1": "queued",
        "more.2": "queued",
        "more.7": "queued",
        "waits": "queued",
    }
    assert rows["more.7"].native_id == "9_7"
    assert rows["big"].text == "it can never start as it is: PartitionConfig"
    assert rows["long"].native_state == "PENDING (PartitionTimeLimit)"
    assert rows["waits"].text == "it waits: QOSMaxJobsPerUserLimit"
    assert (rows["mm.3"].started_at, rows["mm.3"].finished_at) == (None, AT)  # it never started
    assert (rows["big"].started_at, rows["mm.0"].finished_at) == (None, None)


@pytest.mark.parametrize(
    ("word", "state", "interrupted"),
    [
        ("COMPLETED", "succeeded", False),
        ("FAILED", "failed", False),
        ("TIMEOUT", "timed_out", False),
        ("CANCELLED by 1000", "cancelled", False),
        ("NODE_FAIL", "lost", True),
        ("OUT_OF_MEMORY", "failed", False),
        ("PREEMPTED", "lost", True),
        ("BOOT_FAIL", "lost", True),
        ("DEADLINE", "timed_out", False),
        ("REVOKED", "lost", False),
        ("OOM", "failed", False),
        ("SOMETHING_NEW", "unknown", False),
    ],
)
def test_every_end_in_slurms_accounting_has_its_state(word: str, state: str, interrupted: bool) -> None:
    said = f"8|{word}|0:9|2026-11-23T09:14:48|2026-11-23T09:14:49|2026-11-23T09:14:52|m1\n"
    ((marker, row),) = slurm.read_history(said)
    status = judge(RunRef("m1", "8"), row, Evidence())
    assert (marker, row.native_id, status.state, status.interrupted) == ("m1", "8", state, interrupted)


def test_accounting_that_says_a_forgotten_job_still_runs_is_no_evidence() -> None:
    said = "8|RUNNING|0:0|2026-11-23T09:14:48|2026-11-23T09:14:49|Unknown|m1\n"
    assert [*slurm.read_history(said)] == []
    assert judge(RunRef("m1", "8"), None, Evidence(claim="8")).state == "unknown"


def receipt(code: int, ended_by: str = "exit") -> Receipt:
    return Receipt(
        exit_code=code,
        signal=None,
        ended_by=ended_by,
        started_at=AT,
        finished_at=AT,
        usage=Usage(cpu_seconds=1.0, max_rss_bytes=0),
        outputs=(),
    )


@pytest.mark.parametrize(
    ("row", "found", "state"),
    [
        ("COMPLETED", Evidence(receipt=receipt(0)), "succeeded"),
        ("CANCELLED", Evidence(receipt=receipt(0), cancelled=True), "succeeded"),
        ("CANCELLED", Evidence(receipt=receipt(143)), "cancelled"),
        ("FAILED", Evidence(receipt=receipt(1, "walltime")), "timed_out"),
        ("TIMEOUT", Evidence(receipt=receipt(143, "terminated")), "timed_out"),
        ("NODE_FAIL", Evidence(), "lost"),
        ("OUT_OF_MEMORY", Evidence(receipt=receipt(137)), "failed"),
        (None, Evidence(receipt=receipt(143, "terminated")), "lost"),
        (None, Evidence(receipt=receipt(143, "terminated"), cancelled=True), "cancelled"),
        (None, Evidence(cancelled=True, submitted="8"), "cancelled"),
        (None, Evidence(cancelled=True, claim="8"), "unknown"),
        (None, Evidence(), "unknown"),
    ],
)
def test_a_receipt_and_the_queue_together_say_how_a_run_ended(row: str | None, found: Evidence, state: str) -> None:
    told: Row | None = None
    if row is not None:
        said = f"8|{row}|None|2026-11-23T09:14:48|2026-11-23T09:14:49|2026-11-23T09:14:52|1|normal|root|m1"
        told = dict(slurm.read_queue(said))["m1"]
    assert judge(RunRef("m1"), told, found).state == state


def test_estimates_of_slurms_are_read() -> None:
    said = "sbatch: Job 5 to start at 2026-11-23T09:14:52 using 2 processors on nodes alpha1 in partition normal"
    assert slurm.read_estimate(said) == AT
    assert slurm.read_estimate("sbatch: something else") is None


# OpenPBS 23.06; the shape of FirecREST's recordings.
PBS: dict[str, Any] = {"Job_Name": "m1", "ctime": "Mon Nov 23 09:14:48 2026", "stime": "Mon Nov 23 09:14:52 2026"}


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"job_state": "Q", "comment": "Can Never Run: Insufficient amount of resource: ncpus"}, "queued"),
        ({"job_state": "R"}, "running"),
        ({"job_state": "F", "Exit_status": 0}, "succeeded"),
        ({"job_state": "F", "Exit_status": 3}, "failed"),
        ({"job_state": "F", "Exit_status": 271}, "cancelled"),
        ({"job_state": "F", "Exit_status": 271, "comment": "job killed: walltime 62 exceeded limit 60"}, "timed_out"),
        ({"job_state": "F", "Exit_status": -3}, "lost"),
        ({"job_state": "M"}, "unknown"),
    ],
)
def test_jobs_of_pbs_are_read(fields: dict[str, Any], state: str) -> None:
    said = json.dumps({"pbs_version": "23.06.06", "Jobs": {"7.pbs": {**PBS, **fields}}})
    ((marker, row),) = pbs.read_jobs(said)
    assert (marker, row.native_id, row.state) == ("m1", "7.pbs", state)
    assert row.started_at == (None if state == "queued" else AT)


def test_an_answer_of_pbs_that_is_cut_off_is_none() -> None:
    with pytest.raises(ConnectionError):
        [*pbs.read_jobs('{"Jobs": {"7.pbs": {"Job_')]
    assert [*pbs.read_jobs('{"pbs_version": "23.06.06"}')] == []


# Son of Grid Engine 8.1.9.
QSTAT = """<?xml version='1.0'?>
<job_info  xmlns:xsd="http://arc.liv.ac.uk/repos/darcs/sge/source/dist/util/resources/schemas/qstat/qstat.xsd">
  <queue_info>
    <job_list state="running">
      <JB_job_number>5</JB_job_number><JB_name>m1</JB_name><JB_owner>root</JB_owner><state>r</state>
      <JAT_start_time>2026-11-23T09:14:52</JAT_start_time><slots>1</slots><tasks>1</tasks>
    </job_list>
  </queue_info>
  <job_info>
    <job_list state="pending">
      <JB_job_number>5</JB_job_number><JB_name>m1</JB_name><JB_owner>root</JB_owner><state>qw</state>
      <JB_submission_time>2026-11-23T09:14:10</JB_submission_time><slots>1</slots><tasks>3,4</tasks>
    </job_list>
    <job_list state="pending">
      <JB_job_number>6</JB_job_number><JB_name>m2</JB_name><JB_owner>root</JB_owner><state>Eqw</state><slots>1</slots>
    </job_list>
  </job_info>
</job_info>
"""
QACCT = """==============================================================
qname        main.q
hostname     vm
owner        root
jobname      m1
jobnumber    7
taskid       undefined
start_time   Mon Nov 23 09:14:52 2026
end_time     Mon Nov 23 09:14:52 2026
failed       100 : assumedly after job
exit_status  137
cpu          0.005
"""


def test_jobs_of_grid_engine_are_read() -> None:
    rows = dict(gridengine.read_queue(QSTAT))
    assert {marker: (row.native_id, row.state) for marker, row in rows.items()} == {
        "m1.0": ("5.1", "running"),
        "m1.2": ("5.3", "queued"),
        "m1.3": ("5.4", "queued"),
        "m2": ("6", "queued"),
    }
    assert rows["m1.0"].started_at == AT
    assert "never start" in (rows["m2"].text or "")
    ((marker, row),) = gridengine.read_history(QACCT)
    assert (marker, row.native_id, row.state, row.finished_at) == ("m1", "7", "failed", AT)
    assert judge(RunRef("m1", "7"), row, Evidence(cancelled=True, claim="7")).state == "cancelled"


class Recorded(slurm_driver.Batch):
    """Slurm whose commands print what was recorded."""

    said = ""

    async def run(self, command: Sequence[str], *, content: bytes = b"") -> Completed:
        assert tuple(command) == slurm.QUEUE
        return Completed(0, self.said.encode(), b"")


async def test_a_queue_that_says_the_same_is_not_read_again_and_one_that_changed_is(tmp_path: Path) -> None:
    batch = Recorded(slurm_driver.Settings(), Surroundings(directory=tmp_path, changed=lambda: None))
    line = "9_[0-1]|{}|Priority|2026-11-23T09:14:54|N/A|N/A|1|normal|root|more\n"
    runs = [RunRef("more.0", "9_0"), RunRef("more.1", "9_1")]
    batch.said = line.format("PENDING")
    before = await batch.poll(runs)
    assert [one.state for one in before] == ["queued", "queued"]
    again = await batch.poll([RunRef(run.marker, run.native_id) for run in runs])
    assert all(one is two for one, two in zip(before, again, strict=True))
    # Fewer runs are asked about, then others' states have changed.
    assert [one.marker for one in await batch.poll(runs[1:])] == ["more.1"]
    batch.said = line.format("RUNNING").replace("N/A", "2026-11-23T09:20:00", 1)
    assert [one.state for one in await batch.poll(runs)] == ["running", "running"]

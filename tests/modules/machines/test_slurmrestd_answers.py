"""What slurmrestd answers, as recorded of Slurm 22.05.8, and what is read in it and sent there."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.modules.machines.batch import BatchRun, RunRefused, Usage
from app.modules.machines.batch import _slurmrestd_text as text
from app.modules.machines.batch._remote import BatchSilent
from app.modules.machines.batch._slurm_options import SlurmSettings

NEVER = {
    "job_id": 3,
    "array_job_id": 0,
    "array_task_id": None,
    "array_task_string": "",
    "job_state": "CANCELLED",
    "state_reason": "PartitionNodeLimit",
    "exit_code": 0,
    "start_time": 1795461852,
    "end_time": 1795461852,
    "name": "mk-3",
}
FAILED = {
    "job_id": 6,
    "array_job_id": 0,
    "array_task_id": None,
    "array_task_string": "",
    "job_state": "FAILED",
    "state_reason": "NonZeroExitCode",
    "exit_code": 768,
    "start_time": 1795461852,
    "end_time": 1795461853,
    "name": "mk-9",
}
MEMBER = {
    "job_id": 15,
    "array_job_id": 14,
    "array_task_id": 0,
    "array_task_string": "",
    "job_state": "RUNNING",
    "state_reason": "None",
    "exit_code": 0,
    "start_time": 1795461931,
    "end_time": 1795461991,
    "name": "mk-20",
}
WAITING = {
    "job_id": 14,
    "array_job_id": 14,
    "array_task_id": None,
    "array_task_string": "2-5%2",
    "job_state": "PENDING",
    "state_reason": "JobArrayTaskLimit",
    "exit_code": 0,
    "start_time": 0,
    "end_time": 0,
    "name": "mk-20",
}
# Of the answer about a controller that was stopped, with the status 500 and an empty list of jobs.
DOWN = {
    "errors": [
        {
            "description": "Failed while looking for jobs",
            "error_number": -1,
            "error": "Unspecified error",
            "source": "slurm_load_jobs",
        }
    ],
    "jobs": [],
}
ACCOUNTED = {
    "array": {"job_id": 0, "limits": {"max": {"running": {"tasks": 0}}}, "task": None, "task_id": None},
    "job_id": 1,
    "name": "mk-1",
    "state": {"current": "COMPLETED", "reason": "None"},
    "time": {"start": 1795461807, "end": 1795461827, "total": {"seconds": 3, "microseconds": 500000}},
    "steps": [{"tres": {"requested": {"max": [{"type": "cpu", "count": 0}, {"type": "mem", "count": 4603904}]}}}],
}


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def test_jobs_are_read_by_marker_and_members_that_wait_each_by_itself() -> None:
    rows = dict(text.read_jobs({"jobs": [NEVER, FAILED, MEMBER, WAITING]}))
    assert {marker: (row.native_id, row.state) for marker, row in rows.items()} == {
        "mk-3": ("3", "cancelled"),
        "mk-9": ("6", "failed"),
        "mk-20.0": ("14_0", "running"),
        **{f"mk-20.{member}": (f"14_{member}", "queued") for member in range(2, 6)},
    }
    assert (rows["mk-3"].started_at, rows["mk-3"].finished_at) == (None, at(1795461852))  # it never started
    assert (rows["mk-9"].exit_code, rows["mk-9"].started_at) == (3, at(1795461852))
    assert (rows["mk-20.0"].started_at, rows["mk-20.0"].finished_at) == (at(1795461931), None)
    assert (rows["mk-20.4"].native_state, rows["mk-20.4"].text) == (
        "PENDING (JobArrayTaskLimit)",
        "it waits: JobArrayTaskLimit",
    )


def test_numbers_are_read_as_newer_versions_write_them() -> None:
    def newer(value: Any) -> Any:
        return {"set": value is not None, "infinite": False, "number": value or 0}

    numbers = ("array_job_id", "array_task_id", "exit_code", "start_time", "end_time")
    jobs = [{**job, **{name: newer(job[name]) for name in numbers}} for job in (NEVER, FAILED, MEMBER, WAITING)]
    jobs[1]["job_state"] = ["FAILED"]
    assert dict(text.read_jobs({"jobs": jobs})) == dict(text.read_jobs({"jobs": [NEVER, FAILED, MEMBER, WAITING]}))


@pytest.mark.covers("V56")
def test_an_empty_list_beside_an_error_is_a_complaint() -> None:
    assert text.complaint(DOWN) == "Unspecified error"
    assert text.complaint({"errors": [], "jobs": []}) is None
    assert text.complaint({"errors": [{"description": "Nothing found"}]}) == "Nothing found"
    assert text.complaint({"errors": ["?"]}) == "an error without words"


def test_a_job_that_cannot_start_yet_was_submitted_all_the_same() -> None:
    late = {
        "errors": [{"error_code": 2015, "error": "Requested partition configuration not available now"}],
        "job_id": 3,
    }
    assert text.native_of(late) == "3"
    assert text.native_of({"errors": [{"error_code": 2000, "error": "Invalid partition name specified"}]}) is None
    assert text.native_of(None) is None


def test_the_accounting_tells_of_what_ended_and_what_it_used() -> None:
    running = {**ACCOUNTED, "state": {"current": "RUNNING"}}  # which the queue does not know: no evidence
    member = {**ACCOUNTED, "array": {"job_id": 14, "task_id": 2}, "job_id": 17, "name": "mk-20"}
    rows = dict(text.read_history({"jobs": [running, member]}))
    assert {marker: (row.native_id, row.state, row.exit_code) for marker, row in rows.items()} == {
        "mk-20.2": ("14_2", "succeeded", None)
    }
    assert dict(text.read_usage({"jobs": [ACCOUNTED, {**member, "steps": []}]})) == {
        "mk-1": Usage(cpu_seconds=3.5, max_rss_bytes=4603904, source="accounting")
    }


def test_what_a_run_asks_for_is_said_as_each_version_wants_it() -> None:
    run = BatchRun(
        marker="m1",
        name="quake",
        command=["true"],
        cores=8,
        tasks=4,
        nodes=2,
        gpus=1,
        memory_bytes=4 * 1024**3,
        walltime_seconds=90,
        constraint="big",
        array=6,
        dependency=["7"],
    )
    asked = text.properties(run, SlurmSettings(partition="standard", array_at_once=2))
    assert asked == {
        "name": "m1",
        "comment": "stormbell:m1",
        "standard_output": "scheduler.out",
        "time_limit": 2,
        "tasks": 4,
        "cpus_per_task": 2,
        "nodes": "2",
        "memory_per_node": 2048,
        "gpus": "1",
        "constraints": "big",
        "array": "0-5%2",
        "dependency": "afterok:7",
        "partition": "standard",
    }
    older = text.submission("v0.0.38", asked, "#!/bin/bash\n", "/runs/m1", {"HOME": "/home/ada"})
    assert older == {
        "script": "#!/bin/bash\n",
        "job": {**asked, "current_working_directory": "/runs/m1", "environment": {"HOME": "/home/ada"}},
    }
    newer = text.submission("v0.0.39", asked, "#!/bin/bash\n", "/runs/m1", {"HOME": "/home/ada"})["job"]
    assert newer["environment"] == ["HOME=/home/ada"]
    assert newer["memory_per_node"] == {"set": True, "infinite": False, "number": 2048}
    assert ("gpus" in newer, newer["tres_per_job"]) == (False, "gres:gpu:1")
    with pytest.raises(RunRefused):
        text.properties(BatchRun(marker="m1", name="q", command=["true"], partition="a b"), SlurmSettings())


def test_an_answer_that_lacks_something_is_none_and_says_what() -> None:
    nameless = {name: value for name, value in FAILED.items() if name != "name"}
    for reader, told in (
        (text.read_jobs, ({"jobs": [MEMBER, nameless]},)),
        (text.read_history, ({"jobs": [{**ACCOUNTED, "name": "mk-1", "array": {}, "state": "COMPLETED"}]},)),
        (text.read_load, ({"nodes": [{"cpus": 1}]}, {"jobs": []})),
    ):
        with pytest.raises(BatchSilent, match="not understood"):
            text.understood(reader, *told)
    with pytest.raises(BatchSilent, match="it has no 'name'"):
        text.understood(text.read_jobs, {"jobs": [nameless]})
    assert [marker for marker, _ in text.understood(text.read_jobs, {"jobs": [FAILED]})] == ["mk-9"]

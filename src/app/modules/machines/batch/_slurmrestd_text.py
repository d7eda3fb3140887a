"""What slurmrestd is sent and how its answers are read. Pure; checked against answers recorded of a real one.

Numbers are plain up to v0.0.38 and ``{"set": …, "number": …}`` from v0.0.39 on; both are read.
"""

import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, TypeVar

from app.modules.machines.batch import BatchRun, Load, Usage
from app.modules.machines.batch import _slurm_text as text
from app.modules.machines.batch._remote import BatchSilent
from app.modules.machines.batch._slurm_options import SlurmSettings, dependency, members, names
from app.modules.machines.batch._verdict import Row
from app.modules.machines.queue_view import (
    MOST_JOBS,
    MachineQueue,
    QueueJob,
    QueueNode,
    QueuePartition,
    QueueReservation,
)

# Newest first. The first two were tried with Slurm 22.05.8; no server with v0.0.39 was there to try it on.
VERSIONS = ("v0.0.39", "v0.0.38", "v0.0.37")
_NUMBERS_IN_OBJECTS = "v0.0.39"
T = TypeVar("T")


def properties(run: BatchRun, settings: SlurmSettings) -> dict[str, Any]:
    """Return what a job asks for, wherever it is. Raises RunRefused."""
    tasks, nodes = run.tasks or 1, run.nodes or 1
    placed = names(run, settings)
    wanted = {
        "name": run.marker,
        "comment": f"stormbell:{run.marker}",
        "standard_output": "scheduler.out",
        "time_limit": max(1, math.ceil(run.walltime_seconds / 60)),
        "tasks": tasks,
        "cpus_per_task": max(1, math.ceil(run.cores / tasks)),
        "nodes": None if run.nodes is None else str(run.nodes),
        "memory_per_node": None if run.memory_bytes is None else max(1, math.ceil(run.memory_bytes / nodes / 1024**2)),
        "gpus": str(run.gpus) if run.gpus else None,
        "constraints": placed.pop("constraint", None),
        "array": members(run, settings),
        "dependency": dependency(run),
        **placed,
    }
    return {name: value for name, value in wanted.items() if value is not None}


def submission(version: str, asked: dict[str, Any], script: str, directory: str, environment: dict[str, str]) -> Any:
    """Return the body of a submission."""
    job: dict[str, Any] = {**asked, "current_working_directory": directory, "environment": environment}
    if version == _NUMBERS_IN_OBJECTS:
        job["environment"] = [f"{name}={value}" for name, value in environment.items()]
        for name in ("time_limit", "memory_per_node"):
            if name in job:
                job[name] = {"set": True, "infinite": False, "number": job[name]}
        if "gpus" in job:
            job["tres_per_job"] = f"gres:gpu:{job.pop('gpus')}"
    return {"script": script, "job": job}


def complaint(content: Any) -> str | None:
    """Return what is wrong according to an answer; ``None`` when it complains of nothing."""
    errors = content.get("errors") if isinstance(content, dict) else None
    if not isinstance(errors, list) or not errors:
        return None
    said = [str(one.get("error") or one.get("description") or one) for one in errors if isinstance(one, dict)]
    return "; ".join(said)[:500] or "an error without words"


def native_of(content: Any) -> str | None:
    """Return the id of a job that was submitted; one that cannot start yet has an id beside a complaint."""
    found = number(content.get("job_id")) if isinstance(content, dict) else None
    return str(found) if found else None


def read_jobs(content: Any) -> Iterator[tuple[str, Row]]:
    """Read ``/jobs``: each job with its marker, members of arrays each by itself."""
    for job in content["jobs"]:
        word, ours = _state(job)
        reason = job.get("state_reason") or ""
        ended = _instant(job.get("end_time"))
        started = _instant(job.get("start_time"))
        code = number(job.get("exit_code"))
        waited = ours == "queued" or (ours == "cancelled" and started == ended)
        for native, member in text.members(_id(job)):
            yield (
                job["name"] if member is None else f"{job['name']}.{member}",
                Row(
                    native_id=native,
                    native_state=word if ours != "queued" or reason in ("", "None") else f"{word} ({reason})",
                    state=ours,
                    text=text.text_of(word, ours, reason),
                    # As wait() has it. While a job runs it is none.
                    exit_code=code >> 8 if code is not None and ours in ("succeeded", "failed") else None,
                    started_at=None if waited else started,
                    finished_at=ended if word not in ("RUNNING", "PENDING", "COMPLETING") else None,
                    interrupted=word in text.INTERRUPTED,
                    ending=word == "COMPLETING",
                    has_receipt=word in ("COMPLETED", "FAILED"),
                ),
            )


def read_history(content: Any) -> Iterator[tuple[str, Row]]:
    """Read the accounting's ``/jobs``. One that is still said to run, which the queue does not know, is no evidence."""
    for job in content["jobs"]:
        word, ours = text.state_of(_word(job["state"]["current"]))
        if ours in ("queued", "running"):
            continue
        marker, native = _accounted(job)
        times = job["time"]
        started, ended = _instant(times.get("start")), _instant(times.get("end"))
        yield (
            marker,
            Row(
                native_id=native,
                native_state=word,
                state=ours,
                text=text.text_of(word, ours, ""),
                started_at=None if ours == "cancelled" and started == ended else started,
                finished_at=ended,
                interrupted=word in text.INTERRUPTED,
                has_receipt=word in ("COMPLETED", "FAILED"),
            ),
        )


def read_usage(content: Any) -> Iterator[tuple[str, Usage]]:
    """Read what ended jobs used, by marker; of one whose steps have not been taken down yet nothing is told."""
    for job in content["jobs"]:
        used = [one for step in job.get("steps", ()) for one in step["tres"]["requested"]["max"]]
        largest = max((number(one.get("count")) or 0 for one in used if one.get("type") == "mem"), default=0)
        if largest > 0:
            total = job["time"]["total"]
            seconds = (number(total.get("seconds")) or 0) + (number(total.get("microseconds")) or 0) / 1e6
            yield _accounted(job)[0], Usage(cpu_seconds=seconds, max_rss_bytes=largest, source="accounting")


def read_load(nodes: Any, jobs: Any) -> Load:
    """Say how large the machine is and how busy."""
    states = [_state(job)[1] for job in jobs["jobs"] for _ in text.members(_id(job))]
    return Load(
        cores=sum(number(one["cpus"]) or 0 for one in nodes["nodes"]),
        memory_bytes=sum((number(one["real_memory"]) or 0) * 1024**2 for one in nodes["nodes"]) or None,
        cores_used=sum(number(one["alloc_cpus"]) or 0 for one in nodes["nodes"]),
        queued_count=states.count("queued"),
        running_count=states.count("running"),
        node_count=len(nodes["nodes"]),
        nodes_used=sum(bool(number(one["alloc_cpus"])) for one in nodes["nodes"]),
    )


def read_view(nodes: Any, partitions: Any, jobs: Any, reservations: Any) -> MachineQueue:
    """Return the queue as people look at it: what waits and what runs."""
    found = [_job(job) for job in jobs["jobs"] if _state(job)[1] in ("queued", "running")]
    held = {
        name: sum(number(one["alloc_cpus"]) or 0 for one in nodes["nodes"] if name in one["partitions"])
        for name in (one["name"] for one in partitions["partitions"])
    }
    return MachineQueue(
        asked_at=datetime.now(UTC),
        partitions=[_partition(one, held[one["name"]]) for one in partitions["partitions"]],
        nodes=[
            QueueNode(
                name=one["name"],
                state="+".join([_word(one["state"]), *one.get("state_flags", ())]).lower(),
                reason=one.get("reason") or None,
                partitions=one["partitions"],
                cores=number(one["cpus"]),
                cores_used=number(one["alloc_cpus"]),
                memory_bytes=(number(one["real_memory"]) or 0) * 1024**2,
            )
            for one in nodes["nodes"]
        ],
        reservations=[
            QueueReservation(
                name=one["name"],
                state="+".join(one.get("flags", ())),
                starts_at=_instant(one.get("start_time")),
                ends_at=_instant(one.get("end_time")),
                partition=one.get("partition") or None,
                nodes=one.get("node_list") or None,
                cores=number(one.get("core_count")),
            )
            for one in reservations["reservations"]
        ],
        jobs=found[:MOST_JOBS],
        omitted_count=max(0, len(found) - MOST_JOBS),
    )


def understood(reader: Callable[..., T], *told: Any) -> T:
    """Read answers with one of the readers here, whole. Raises BatchSilent: they are not as any version has them."""
    try:
        found: Any = reader(*told)
        return list(found) if isinstance(found, Iterator) else found  # type: ignore[return-value]  # a list of the same
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        what = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        known = ", ".join(VERSIONS)
        raise BatchSilent(f"slurmrestd's answer was not understood ({what}); known are {known}") from error


def number(said: Any) -> int | None:
    """Read a number as any version writes it."""
    if isinstance(said, dict):
        return number(said.get("number")) if said.get("set") else None
    return int(said) if isinstance(said, int | float) and not isinstance(said, bool) else None


def _partition(one: Any, cores_used: int) -> QueuePartition:
    limit = number(one.get("max_time_limit"))
    return QueuePartition(
        name=one["name"],
        is_default="default" in [str(flag).lower() for flag in one.get("flags", ())],
        state=one.get("state"),
        walltime_seconds=limit * 60 if limit is not None and limit > 0 else None,
        node_count=number(one.get("total_nodes")),
        cores=number(one.get("total_cpus")),
        cores_used=cores_used,
    )


def _job(job: Any) -> QueueJob:
    reason = job.get("state_reason") or ""
    return QueueJob(
        native_id=_id(job),
        name=job["name"],
        user=job.get("user_name") or None,
        state=_state(job)[0],
        reason=None if reason in ("", "None") else reason,
        partition=job.get("partition") or None,
        qos=job.get("qos") or None,
        reservation=job.get("resv_name") or None,
        cores=number(job.get("cpus")),
        submitted_at=_instant(job.get("submit_time")),
        started_at=_instant(job.get("start_time")),
        ends_at=_instant(job.get("end_time")),
    )


def _state(job: Any) -> tuple[str, Any]:
    return text.state_of(_word(job["job_state"]))


def _word(said: Any) -> str:
    """Read a state: from v0.0.40 on it is a list, with what else is so after it."""
    return str(said[0] if isinstance(said, list) and said else said)


def _id(job: Any) -> str:
    """Return a job's id as the commands write it."""
    array, member = number(job.get("array_job_id")), number(job.get("array_task_id"))
    if not array:
        return str(number(job["job_id"]))
    waiting = job.get("array_task_string") or ""
    return f"{array}_{member}" if member is not None else f"{array}_[{waiting}]"


def _accounted(job: Any) -> tuple[str, str]:
    array, member = number(job["array"].get("job_id")), number(job["array"].get("task_id"))
    if array and member is not None:
        return f"{job['name']}.{member}", f"{array}_{member}"
    return job["name"], str(number(job["job_id"]))


def _instant(said: Any) -> datetime | None:
    found = number(said)
    return datetime.fromtimestamp(found, UTC) if found else None

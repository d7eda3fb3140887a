"""What PBS is asked and how its answers are read. Pure."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from app.modules.machines.batch import Load, RunState, Usage
from app.modules.machines.batch._remote import BatchSilent
from app.modules.machines.batch._verdict import Row
from app.modules.machines.queue_view import MOST_JOBS, MachineQueue, QueueJob, QueueNode, QueuePartition

JOBS = ("/usr/bin/env", "TZ=UTC", "qstat", "-x", "-t", "-f", "-F", "json")
ALL_JOBS = ("/usr/bin/env", "TZ=UTC", "qstat", "-f", "-F", "json")
LOAD = ("/bin/sh", "-c", "pbsnodes -a -F json && printf '\\n#queues\\n' && qstat -Q -f -F json")

_JOB = re.compile(r"(\d+)(\[\d*\])?(\.[A-Za-z0-9_.-]+)?")
_STATES: dict[str, RunState] = {
    **dict.fromkeys("HQTW", "queued"),
    **dict.fromkeys("BERSU", "running"),
}
_BYTES = {"b": 1, "kb": 1024, "mb": 1024**2, "gb": 1024**3, "tb": 1024**4}


def is_job(native_id: str) -> bool:
    """Say whether this can be a job of PBS's."""
    return _JOB.fullmatch(native_id) is not None


def native_of(said: str) -> str:
    """Read what qsub or qselect prints: the last line. Raises ValueError."""
    last = said.strip().splitlines()[-1].strip() if said.strip() else ""
    if not is_job(last):
        raise ValueError("no job id")
    return last


def array_of(native_id: str) -> str:
    """Return the id of the whole array for one of its members, any other as it is."""
    return re.sub(r"\[\d+\]", "[]", native_id)


def member_of(native_id: str, marker: str) -> str:
    """Return the id of the array's member that a marker names."""
    number = marker.rpartition(".")[2]
    return native_id.replace("[]", f"[{number}]") if "." in marker and number.isdigit() else native_id


def read_jobs(said: str) -> Iterator[tuple[str, Row]]:
    """Read what JOBS prints: each job with its marker, each member of an array by itself."""
    for native_id, job in _document(said).get("Jobs", {}).items():
        found = _JOB.fullmatch(native_id)
        if found is None or found[2] == "[]":
            continue
        name = str(job.get("Job_Name", ""))
        yield (f"{name}.{found[2][1:-1]}" if found[2] else name), _row(native_id, job)


def read_load(said: str) -> Load:
    """Read what LOAD prints."""
    nodes, queues = _nodes(said), _queues(said)
    return Load(
        cores=sum(node.cores or 0 for node in nodes),
        memory_bytes=sum(node.memory_bytes or 0 for node in nodes) or None,
        cores_used=sum(node.cores_used or 0 for node in nodes),
        queued_count=sum(_counted(queue, "Queued") + _counted(queue, "Held") for queue in queues.values()),
        running_count=sum(_counted(queue, "Running") for queue in queues.values()),
        node_count=len(nodes),
        nodes_used=sum(bool(node.cores_used) for node in nodes),
    )


def read_view(said: str, jobs: str) -> MachineQueue:
    """Read what LOAD and ALL_JOBS print."""
    found = [_job(native_id, job) for native_id, job in _document(jobs).get("Jobs", {}).items()]
    partitions = []
    for name, queue in _queues(said).items():
        longest = queue.get("resources_max", {}).get("walltime")
        state = "up" if (queue.get("enabled"), queue.get("started")) == ("True", "True") else "down"
        partitions.append(
            QueuePartition(name=name, state=state, walltime_seconds=_seconds(longest) if longest else None)
        )
    return MachineQueue(
        asked_at=datetime.now(UTC),
        partitions=partitions,
        nodes=_nodes(said),
        jobs=found[:MOST_JOBS],
        omitted_count=max(0, len(found) - MOST_JOBS),
    )


def _row(native_id: str, job: Mapping[str, Any]) -> Row:
    letter, comment = str(job.get("job_state", "")), str(job.get("comment", ""))
    began, ended = _instant(job.get("stime")), _instant(job.get("obittime") or job.get("mtime"))
    if letter in _STATES:
        never = "can never run" in comment.lower()
        waits = f"it can never start as it is: {comment}" if never else comment or None
        queued = _STATES[letter] == "queued"
        return Row(
            native_id=native_id,
            native_state=f"{letter} (Can Never Run)" if never else letter,
            state=_STATES[letter],
            text=waits if queued else None,
            started_at=None if queued else began,
        )
    state, text = _end(letter, job.get("Exit_status"), comment)
    return Row(
        native_id=native_id,
        native_state=f"{letter} {job.get('Exit_status', '')}".strip(),
        state=state,
        text=text,
        exit_code=job.get("Exit_status") if state in ("succeeded", "failed") else None,
        started_at=began,
        finished_at=ended,
        usage=_usage(job.get("resources_used")),
        has_receipt=state in ("succeeded", "failed") and began is not None,
    )


def _usage(said: Any) -> Usage | None:
    """Read what a job used: processor time, and the memory of all its processes together."""
    spent, memory = (_seconds(said.get("cput", "")), _size(said.get("mem"))) if isinstance(said, dict) else (None, None)
    if spent is None:
        return None
    return Usage(cpu_seconds=float(spent), max_rss_bytes=memory or 0, source="accounting")


def _end(letter: str, status: Any, comment: str) -> tuple[RunState, str | None]:
    """Read how a job ended: 256 and a signal when it was killed, below zero when it was not started (qstat(1B))."""
    if letter not in ("F", "X"):
        return "unknown", f"PBS says {letter or 'nothing'}: {comment}"
    if not isinstance(status, int):
        return "unknown", f"PBS does not say how it ended: {comment}".removesuffix(": ")
    if status == 0:
        return "succeeded", None
    if "walltime" in comment:
        return "timed_out", "it ran longer than it may"
    if re.search(r"job killed: (mem|vmem)", comment):
        return "failed", "it needed more memory than it asked for"
    if status >= 256:
        return "cancelled", f"it was ended by signal {status - 256}"
    if status < 0:
        return "lost", f"PBS could not run it: {comment or status}"
    return "failed", None


def _nodes(said: str) -> list[QueueNode]:
    found = []
    for name, node in _document(said.partition("\n#queues\n")[0]).get("nodes", {}).items():
        there, taken = node.get("resources_available", {}), node.get("resources_assigned", {})
        found.append(
            QueueNode(
                name=name,
                state=str(node.get("state", "")),
                reason=node.get("comment"),
                cores=int(there.get("ncpus", 0)),
                cores_used=int(taken.get("ncpus", 0)),
                memory_bytes=_size(there.get("mem")),
            )
        )
    return found


def _queues(said: str) -> dict[str, Any]:
    found: dict[str, Any] = _document(said.partition("\n#queues\n")[2] or "{}").get("Queue", {})
    return found


def _counted(queue: Mapping[str, Any], word: str) -> int:
    found = re.search(rf"{word}:(\d+)", str(queue.get("state_count", "")))
    return int(found[1]) if found else 0


def _job(native_id: str, job: Mapping[str, Any]) -> QueueJob:
    began = _instant(job.get("stime"))
    waiting = re.search(r"Queued:(\d+)", str(job.get("array_state_count", "")))
    return QueueJob(
        native_id=native_id,
        name=str(job.get("Job_Name", "")),
        user=str(job.get("Job_Owner", "")).partition("@")[0] or None,
        state=str(job.get("job_state", "")),
        reason=job.get("comment") if began is None else None,
        partition=job.get("queue"),
        cores=int(job.get("Resource_List", {}).get("ncpus", 0)) or None,
        run_count=max(1, int(waiting[1])) if waiting else 1,
        submitted_at=_instant(job.get("ctime")),
        started_at=began,
    )


def _document(said: str) -> dict[str, Any]:
    try:
        document = json.loads(said) if said.strip() else {}
    except ValueError as error:
        raise BatchSilent(f"PBS said what is no JSON: {said[:100]!r}") from error
    return document if isinstance(document, dict) else {}


def _instant(said: Any) -> datetime | None:
    try:
        return datetime.strptime(str(said), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return None


def _seconds(said: Any) -> int | None:
    parts = [int(part) for part in str(said).split(":") if part.isdigit()]
    return sum(part * 60**power for power, part in enumerate(reversed(parts))) if parts else None


def _size(said: Any) -> int | None:
    found = re.fullmatch(r"(\d+)([kmgt]?b)", str(said))
    return int(found[1]) * _BYTES[found[2]] if found else None

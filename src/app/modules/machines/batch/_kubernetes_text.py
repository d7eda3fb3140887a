"""What a Kubernetes API server is sent, and how its Jobs and Pods are read. Pure.

Written after the API reference (batch/v1 Job, v1 Pod) of Kubernetes 1.29 and later.
"""

import hashlib
import math
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from app.modules.machines.batch import BatchRun, RunState
from app.modules.machines.batch._verdict import Row
from app.modules.machines.queue_view import QueueNode

LABEL = "app.kubernetes.io/managed-by"
MARKER = "stormbell/marker"
CANCELLED = "stormbell/cancelled"
_JOB_NAMES = ("batch.kubernetes.io/job-name", "job-name")
_INDEX = "batch.kubernetes.io/job-completion-index"
_UNITS = {"": 1.0, "m": 1e-3, "k": 1e3, "K": 1e3, **{unit: 1e3**n for n, unit in enumerate("MGTPE", 2)}}
_UNITS |= {f"{unit}i": 1024.0**n for n, unit in enumerate("KMGTPE", 1)}
_OOM = "it needed more memory than it asked for"
_LATE = "it ran longer than it may"
# Of pods that were ended from outside: the reasons kubelets give, beside the condition DisruptionTarget.
_DISRUPTED = (
    "Evicted",
    "Preempting",
    "Preempted",
    "NodeLost",
    "NodeShutdown",
    "Shutdown",
    "Terminated",
    "NodeAffinity",
)


def name_of(marker: str) -> str:
    """Return a marker as the name of a Job: a DNS label, not too long for the names of its pods, the same each time."""
    plain = re.sub(r"[^a-z0-9]+", "-", marker.lower()).strip("-")[:40].strip("-")
    return f"sb-{plain}-{hashlib.sha256(marker.encode()).hexdigest()[:10]}"


def job_of(run: BatchRun, container: dict[str, Any], pod: dict[str, Any], *, at_once: int | None, ttl: int) -> Any:
    """Return the Job of a run; members of an array are indices of one, of which none is tried twice."""
    spec: dict[str, Any] = {
        "backoffLimit": 0,
        "ttlSecondsAfterFinished": ttl,
        # A pod that is asked to end is not run a second time beside itself meanwhile.
        "podReplacementPolicy": "Failed",
        "template": {
            "metadata": {"labels": {LABEL: "stormbell"}, "annotations": {MARKER: run.marker}},
            "spec": {**pod, "restartPolicy": "Never", "containers": [container]},
        },
    }
    if run.array is not None:
        del spec["backoffLimit"]
        spec |= {
            "completionMode": "Indexed",
            "completions": run.array,
            "backoffLimitPerIndex": 0,
            "parallelism": min(run.array, at_once or run.array),
        }
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": name_of(run.marker),
            "labels": {LABEL: "stormbell"},
            "annotations": {MARKER: run.marker},
        },
        "spec": spec,
    }


def resources_of(run: BatchRun, gpu: str) -> dict[str, str]:
    """Return what a run needs, for requests and limits alike."""
    found = {"cpu": str(run.cores)}
    if run.memory_bytes is not None:
        found["memory"] = str(math.ceil(run.memory_bytes))
    if run.gpus:
        found[gpu] = str(run.gpus)
    return found


def marker_of(job: Any) -> str | None:
    """Return the marker that a Job was made for."""
    found = job["metadata"].get("annotations", {}).get(MARKER)
    return found if isinstance(found, str) else None


def read_rows(jobs: Iterable[Any], pods: Iterable[Any]) -> Iterator[tuple[str, Row]]:
    """Read Jobs and their Pods: each run with its marker, members of arrays each by itself."""
    newest: dict[tuple[str, int | None], Any] = {}
    for pod in sorted(pods, key=lambda one: str(one["metadata"].get("creationTimestamp", ""))):
        newest[job_name_of(pod) or "", index_of(pod)] = pod
    for job in jobs:
        marker, name, spec = marker_of(job), job["metadata"]["name"], job["spec"]
        if marker is None or name != name_of(marker):  # not of our making, whatever it says
            continue
        indexed = spec.get("completionMode") == "Indexed"
        for index in range(spec["completions"]) if indexed else [None]:
            pod = newest.get((name, index))
            native = name if index is None else f"{name}_{index}"
            row = _of_job(native, job, index) if pod is None else _of_pod(native, pod, is_stopped(job))
            yield (marker if index is None else f"{marker}.{index}"), row


def job_name_of(pod: Any) -> str | None:
    """Return the name of the Job that a Pod is of."""
    labels = pod["metadata"].get("labels", {})
    return next((labels[one] for one in _JOB_NAMES if one in labels), None)


def index_of(pod: Any) -> int | None:
    """Return which member of an array a Pod is."""
    found = {**pod["metadata"].get("labels", {}), **pod["metadata"].get("annotations", {})}.get(_INDEX)
    return int(found) if found is not None else None


def is_stopped(job: Any) -> bool:
    """Say whether a Job was cancelled by us: others suspend Jobs too, such as queues that let them wait."""
    return CANCELLED in job["metadata"].get("annotations", {})


def indices(said: str) -> set[int]:
    """Read a Job's list of indices, such as ``1,3-5,7``."""
    found: set[int] = set()
    for part in filter(None, said.split(",")):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return found


def node_of(node: Any) -> QueueNode:
    """Return a node with what of it pods may have."""
    size = node["status"].get("allocatable") or node["status"]["capacity"]
    ready = _condition(node["status"], "Ready")
    return QueueNode(
        name=node["metadata"]["name"],
        state="Ready" if ready.get("status") == "True" else "NotReady",
        reason="it takes no more pods" if node.get("spec", {}).get("unschedulable") else None,
        cores=int(quantity(size["cpu"])),
        cores_used=0,
        memory_bytes=int(quantity(size["memory"])),
    )


def cores_of(pod: Any) -> int:
    """Return the cores that a Pod asks for."""
    containers = pod["spec"]["containers"]
    return sum(math.ceil(quantity(one["resources"]["requests"]["cpu"])) for one in containers)


def quantity(said: str) -> float:
    """Read a quantity, such as ``250m``, ``2`` or ``16Gi``. Raises ValueError."""
    found = re.fullmatch(r"([+-]?[0-9.]+)(m|k|[KMGTPE]i?|)", said)
    if found is None:
        raise ValueError(f"{said!r} is no quantity")
    return float(found[1]) * _UNITS[found[2]]


def instant(said: Any) -> datetime | None:
    """Read a time of the API's."""
    return datetime.fromisoformat(said) if isinstance(said, str) else None


def _of_job(native: str, job: Any, index: int | None) -> Row:
    """Say how a run stands that has no Pod: none yet, or none any more."""
    status = job.get("status", {})
    if index is not None:
        if index in indices(status.get("completedIndexes", "")):
            return Row(native_id=native, native_state="Succeeded", state="succeeded", has_receipt=True)
        if index in indices(status.get("failedIndexes", "")):
            return Row(native_id=native, native_state="Failed", state="failed", has_receipt=True)
    ended = {one["type"]: one for one in status.get("conditions", ()) if one.get("status") == "True"}
    at = instant(status.get("completionTime"))
    if "Complete" in ended:
        return Row(native_id=native, native_state="Complete", state="succeeded", finished_at=at, has_receipt=True)
    if "Failed" in ended:
        reason, said = ended["Failed"].get("reason", ""), ended["Failed"].get("message")
        late = reason == "DeadlineExceeded"
        return Row(
            native_id=native,
            native_state=f"Failed ({reason})",
            state="timed_out" if late else "failed",
            text=_LATE if late else said,
            finished_at=instant(ended["Failed"].get("lastTransitionTime")),
            has_receipt=not late,
        )
    if is_stopped(job):
        return Row(native_id=native, native_state="Suspended", state="cancelled")
    if job["spec"].get("suspend"):
        return Row(native_id=native, native_state="Suspended", state="queued", text="it is suspended")
    return Row(native_id=native, native_state="Waiting", state="queued", text="its pod is not made yet")


def _of_pod(native: str, pod: Any, stopped: bool) -> Row:
    status = pod.get("status", {})
    phase = status.get("phase", "Pending")
    container: dict[str, Any] = next((one["state"] for one in status.get("containerStatuses", ())), {})
    began = container.get("running") or container.get("terminated") or {}
    row = Row(native_id=native, native_state=phase, state="queued", started_at=instant(began.get("startedAt")))
    if phase == "Pending":
        waits = container.get("waiting", {})
        why = _condition(status, "PodScheduled")
        reason = waits.get("reason") or (why.get("reason") if why.get("status") == "False" else None)
        said = waits.get("message") or (why.get("message") if why.get("status") == "False" else None)
        row.native_state = f"Pending ({reason})" if reason else phase
        row.text = f"it waits: {said or reason}" if said or reason else None
        row.started_at = None
    elif phase == "Running":
        row.state = "running"
    elif phase in ("Succeeded", "Failed"):
        terminated = container.get("terminated", {})
        row.finished_at = instant(terminated.get("finishedAt"))
        row.exit_code = terminated.get("exitCode")
        row.state, row.text, row.interrupted = _end(phase, status, terminated)
        if stopped and row.state in ("failed", "lost"):
            row.state, row.text, row.interrupted = "cancelled", None, False
        row.has_receipt = row.state in ("succeeded", "failed") and row.text is None
        reason = status.get("reason") or terminated.get("reason")
        row.native_state = f"{phase} ({reason})" if phase == "Failed" and reason else phase
    else:
        row.state, row.text = "unknown", "its node does not answer"
    return row


def _end(phase: str, status: Any, terminated: Any) -> tuple[RunState, str | None, bool]:
    if phase == "Succeeded":
        return "succeeded", None, False
    reason, said = status.get("reason", ""), status.get("message")
    if reason == "DeadlineExceeded":
        return "timed_out", _LATE, False
    if terminated.get("reason") == "OOMKilled":
        return "failed", _OOM, False
    target = _condition(status, "DisruptionTarget")
    if reason in _DISRUPTED or target.get("status") == "True":
        return "lost", f"it was ended on its node: {said or target.get('message') or reason}", True
    if terminated.get("reason") in ("ContainerCannotRun", "StartError"):
        return "failed", f"it could not be started: {terminated.get('message')}", False
    return "failed", said, False


def _condition(status: Any, kind: str) -> dict[str, Any]:
    return next((one for one in status.get("conditions", ()) if one.get("type") == kind), {})

"""What the stand-in for Kubernetes keeps and runs: the Job controller, a scheduler that counts cores, and one node."""

import os
import signal
import subprocess
import threading
import time
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_PATH = "/usr/local/bin:/usr/bin:/bin"
_INDEX = "batch.kubernetes.io/job-completion-index"


class KubernetesNode:
    """One node of so many cores, and the Jobs and Pods there are."""

    def __init__(self, cores: int) -> None:
        self.cores = cores
        self.jobs: dict[str, Any] = {}
        self.pods: dict[str, Any] = {}
        self.version = 1
        self.lock = threading.RLock()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._kill_at: dict[str, float] = {}
        self._numbers = 0
        # By Job: the indices of Pods that ended well, and of those that did not.
        self._ended: dict[str, tuple[set[int], set[int]]] = {}
        self._ends = threading.Event()
        self._working = threading.Thread(target=self._work)

    def start(self) -> None:
        """Begin to make Pods of Jobs and to run them."""
        self._working.start()

    def stop(self) -> None:
        """End, with everything that runs."""
        self._ends.set()
        self._working.join()
        for name, process in self._processes.items():
            if process.poll() is None:
                process.terminate()  # the script ends its command
                with suppress(subprocess.TimeoutExpired):
                    process.wait(10)
            self._kill(name)

    def make(self, job: Any) -> Any:
        """Keep a Job that was asked for."""
        job["metadata"] |= {"namespace": "default", "uid": str(uuid.uuid4()), "creationTimestamp": _now()}
        job["status"] = {}
        self.jobs[job["metadata"]["name"]] = job
        self.touch(job)
        return job

    def touch(self, one: Any) -> None:
        """Give an object its next resource version."""
        self.version += 1
        one["metadata"]["resourceVersion"] = str(self.version)

    def remove(self, one: Any, *, orphans: bool) -> None:
        """Remove a Job, with its Pods unless they are to stay; ask a Pod to end, after which it is gone."""
        if one["kind"] == "Job":
            del self.jobs[one["metadata"]["name"]]
            if orphans:
                return
            for pod in self._pods_of(one):
                self._end(pod)
        else:
            self._end(one)

    def pod_of(self, job: str) -> Any:
        """Return the Pod of a Job."""
        return next(pod for pod in self.pods.values() if pod["metadata"]["labels"]["job-name"] == job)

    def fail(
        self, pod: Any, *, reason: str | None = None, message: str | None = None, container: str = "Error"
    ) -> None:
        """End a Pod as its node would: the whole Pod for a ``reason``, or its container for another."""
        with self.lock:
            self._kill(pod["metadata"]["name"])
            self._over(pod, 137, container)
            if reason is not None:
                pod["status"] |= {"reason": reason, "message": message}

    def as_object(self) -> Any:
        """Return the node as the API shows it."""
        size = {"cpu": str(self.cores), "memory": "16Gi"}
        status = {"capacity": size, "allocatable": size, "conditions": [{"type": "Ready", "status": "True"}]}
        return {"kind": "Node", "metadata": {"name": "node-1"}, "spec": {}, "status": status}

    def _work(self) -> None:
        while not self._ends.wait(0.02):
            with self.lock:
                self._look_at_processes()
                for job in [*self.jobs.values()]:
                    self._reconcile(job)
                for pod in self.pods.values():
                    self._schedule(pod)

    def _reconcile(self, job: Any) -> None:
        spec, status = job["spec"], job["status"]
        conditions = status.setdefault("conditions", [])
        if any(one["type"] in ("Complete", "Failed") for one in conditions):
            return
        pods = self._pods_of(job)
        if spec.get("suspend"):
            for pod in pods:
                if pod["status"]["phase"] in ("Pending", "Running"):
                    self._end(pod)
            return
        indexed = spec.get("completionMode") == "Indexed"
        done, failed = self._ended.setdefault(job["metadata"]["uid"], (set(), set()))
        for pod in pods:
            number = int(pod["metadata"]["annotations"][_INDEX]) if indexed else 0
            done |= {number} if pod["status"]["phase"] == "Succeeded" else set()
            failed |= {number} if pod["status"]["phase"] == "Failed" else set()
        wanted = spec.get("completions", 1)
        if len(done) + len(failed) == wanted:
            ended = {"type": "Failed" if failed else "Complete", "status": "True", "lastTransitionTime": _now()}
            ended |= {"reason": "FailedIndexes" if indexed else "BackoffLimitExceeded"} if failed else {}
            conditions.append(ended)
            status["completionTime"] = _now()
        if indexed:
            status["completedIndexes"] = ",".join(map(str, sorted(done)))
            status["failedIndexes"] = ",".join(map(str, sorted(failed)))
        active = {
            int(pod["metadata"]["annotations"].get(_INDEX, "0"))
            for pod in pods
            if pod["status"]["phase"] in ("Pending", "Running")
        }
        for number in range(wanted):
            if number not in done | failed | active and len(active) < spec.get("parallelism", 1):
                active.add(number)
                self._make_pod(job, number if indexed else None)
        self.touch(job)

    def _make_pod(self, job: Any, number: int | None) -> None:
        template = job["spec"]["template"]
        self._numbers += 1
        name = f"{job['metadata']['name']}{'' if number is None else f'-{number}'}-{self._numbers:05d}"
        labels = {**template["metadata"]["labels"], "job-name": job["metadata"]["name"]}
        annotations = dict(template["metadata"]["annotations"])
        if number is not None:
            annotations[_INDEX] = str(number)
        owners = [
            {"apiVersion": "batch/v1", "kind": "Job", "name": job["metadata"]["name"], "uid": job["metadata"]["uid"]}
        ]
        metadata = {"name": name, "labels": labels, "annotations": annotations, "creationTimestamp": _now()}
        metadata |= {"ownerReferences": owners}
        self.pods[name] = {"kind": "Pod", "metadata": metadata, "spec": dict(template["spec"]), "status": {}}
        self.pods[name]["status"]["phase"] = "Pending"
        self.touch(self.pods[name])

    def _schedule(self, pod: Any) -> None:
        if pod["status"]["phase"] != "Pending" or "deletionTimestamp" in pod["metadata"]:
            return
        taken = sum(_cores(one) for one in self.pods.values() if one["status"]["phase"] == "Running")
        if taken + _cores(pod) > self.cores:
            why = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
            pod["status"]["conditions"] = [{**why, "message": "0/1 nodes are available: 1 Insufficient cpu."}]
            return
        (container,) = pod["spec"]["containers"]
        environment = {"PATH": _PATH, **{one["name"]: one["value"] for one in container["env"]}}
        if _INDEX in pod["metadata"]["annotations"]:
            environment["JOB_COMPLETION_INDEX"] = pod["metadata"]["annotations"][_INDEX]
        self._processes[pod["metadata"]["name"]] = subprocess.Popen(
            container["command"],
            cwd=container["workingDir"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        pod["spec"]["nodeName"] = "node-1"
        pod["status"] = {"phase": "Running", "startTime": _now(), "conditions": []}
        pod["status"]["containerStatuses"] = [
            {
                "name": "run",
                "image": container["image"],
                "imageID": "",
                "ready": True,
                "restartCount": 0,
                "state": {"running": {"startedAt": _now()}},
            }
        ]
        self.touch(pod)

    def _look_at_processes(self) -> None:
        for name, pod in [*self.pods.items()]:
            process = self._processes.get(name)
            if process is not None and pod["status"]["phase"] == "Running":
                late = name in self._kill_at and time.monotonic() >= self._kill_at[name]
                if late:
                    self._kill(name)
                if (code := process.poll()) is not None:
                    self._over(pod, code if code >= 0 else 128 - code, "Error" if code else "Completed")
            if "deletionTimestamp" in pod["metadata"] and pod["status"]["phase"] != "Running":
                self._forget(pod)

    def _over(self, pod: Any, code: int, reason: str) -> None:
        state = pod["status"]["containerStatuses"][0]["state"]
        began = state.get("running", state.get("terminated", {})).get("startedAt")
        ended = {"exitCode": code, "reason": reason, "startedAt": began, "finishedAt": _now()}
        pod["status"]["containerStatuses"][0]["state"] = {"terminated": ended}
        pod["status"]["phase"] = "Failed" if code else "Succeeded"
        self.touch(pod)

    def _end(self, pod: Any) -> None:
        """Ask a Pod to end; what has not by then is ended."""
        if "deletionTimestamp" in pod["metadata"]:
            return
        pod["metadata"]["deletionTimestamp"] = _now()
        name = pod["metadata"]["name"]
        if pod["status"]["phase"] == "Running":
            self._processes[name].terminate()
            self._kill_at[name] = time.monotonic() + pod["spec"]["terminationGracePeriodSeconds"]
        self.touch(pod)

    def _forget(self, pod: Any) -> None:
        """Remove a Pod that is over; unless its Job is suspended, its end counts as a failure."""
        del self.pods[pod["metadata"]["name"]]
        job = self.jobs.get(pod["metadata"]["labels"]["job-name"])
        if job is not None and not job["spec"].get("suspend"):
            number = int(pod["metadata"]["annotations"].get(_INDEX, "0"))
            done, failed = self._ended.setdefault(job["metadata"]["uid"], (set(), set()))
            (done if pod["status"]["phase"] == "Succeeded" else failed).add(number)

    def _kill(self, name: str) -> None:
        """End all that runs of a Pod, as the end of a container does."""
        process = self._processes.get(name)
        if process is not None:
            for pid in _session(process.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait(10)

    def _pods_of(self, job: Any) -> list[Any]:
        uid = job["metadata"]["uid"]
        return [one for one in self.pods.values() if one["metadata"]["ownerReferences"][0]["uid"] == uid]


def _cores(pod: Any) -> int:
    return int(pod["spec"]["containers"][0]["resources"]["requests"]["cpu"])


def _session(leader: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            if int((entry / "stat").read_text().rpartition(")")[2].split()[3]) == leader:
                found.append(int(entry.name))
    return found


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")

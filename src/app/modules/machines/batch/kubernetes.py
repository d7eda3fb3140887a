"""Kubernetes, by its API: a Job for each run, named by its marker; members of an array are indices of one Job.

A run works in a directory of a volume that its pods and the machine's login see under the same path. Written after
the reference of Kubernetes 1.29 (batch/v1, core/v1) and tried with a stand-in for its API server, not with a cluster.
"""

import math
import ssl
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from app.modules.credentials import Bearer
from app.modules.machines.batch import BatchRun, Load, RunRef, RunRefused, Surroundings
from app.modules.machines.batch import _kubernetes_text as text
from app.modules.machines.batch._remote import BatchSilent, RemoteSettings
from app.modules.machines.batch._rest import Answer, Place, RestBatch, base_of
from app.modules.machines.batch._verdict import Row
from app.modules.machines.queue_view import MOST_JOBS, MachineQueue, QueueJob, QueueNode
from app.modules.machines.transport import LoginRefused

_AT_ONCE = 500  # objects in one answer, as kubectl asks
_KEPT_SECONDS = 60.0  # a token of the vault: one that was replaced there is soon used here
_Path = Annotated[str, Field(pattern=r"^/[^\x00-\x1f]*$", max_length=500)]


class Volume(BaseModel):
    """The volume that runs work in."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["claim", "nfs", "host_path"]
    claim: str | None = Field(None, max_length=253, description="Of claim: a persistent volume claim, ReadWriteMany")
    server: str | None = Field(None, max_length=253, description="Of nfs")
    path: _Path | None = Field(None, description="Of nfs and host_path: what of it is mounted")

    @model_validator(mode="after")
    def _whole(self) -> "Volume":
        if self.kind == "claim" and not self.claim:
            raise ValueError("a volume of the kind claim names its claim")
        if self.kind != "claim" and not self.path:
            raise ValueError(f"a volume of the kind {self.kind} has a path")
        if self.kind == "nfs" and not self.server:
            raise ValueError("a volume of the kind nfs names its server")
        return self

    def source(self) -> dict[str, Any]:
        """Return it as a Pod's specification has it."""
        if self.kind == "claim":
            return {"persistentVolumeClaim": {"claimName": self.claim}}
        if self.kind == "nfs":
            return {"nfs": {"server": self.server, "path": self.path}}
        return {"hostPath": {"path": self.path, "type": "Directory"}}


class Settings(RemoteSettings):
    """Where the API server is, and what pods are given."""

    url: str = Field(
        max_length=500,
        pattern=r"^https://[^\s/?#@]+(/[^\s?#]*)?$",
        description="Of the API server, such as https://cluster.example:6443",
    )
    api_credential_id: str = Field(
        max_length=100, description="A bearer credential: the token of a service account that may make Jobs"
    )
    ca: str | None = Field(
        None, max_length=100_000, description="The certificate (PEM) of its authority; left out, a public one is wanted"
    )
    namespace: str = Field("default", pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", description="Of Jobs")
    volume: Volume = Field(description="What runs work in; the login of this machine sees it at mount_path as well")
    mount_path: _Path = Field(description="Where pods see the volume; run_directory is below it")
    image: str | None = Field(None, max_length=400, description="Of runs that name none")
    cores: int | None = Field(None, strict=True, ge=1, le=100_000, description="Of the largest node: the most of a run")
    gpu_resource: str = Field("nvidia.com/gpu", max_length=200, description="What a GPU is called there")
    node_selector: dict[str, str] = Field({}, max_length=50, description="Labels of nodes that runs go to")
    array_at_once: int | None = Field(None, strict=True, ge=1, description="Members of an array that run at a time")
    keep_seconds: int = Field(259_200, strict=True, ge=600, description="How long the cluster keeps Jobs that ended")

    @field_validator("ca")
    @classmethod
    def _readable(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                ssl.create_default_context(cadata=value)
            except ssl.SSLError as error:
                raise ValueError("it holds no certificate in PEM") from error
        return value

    @model_validator(mode="after")
    def _inside(self) -> "Settings":
        if not self.run_directory.startswith(f"{self.mount_path.rstrip('/')}/"):
            raise ValueError("run_directory is an absolute path below mount_path: pods see nothing else")
        return self


async def probe(_settings: Settings) -> str | None:
    """Say why this driver cannot be used here, ``None`` if it can."""
    return None


class Batch(RestBatch):
    """Kubernetes; see the seam for what each method promises."""

    identity = """
native=$STORMBELL_JOB${JOB_COMPLETION_INDEX:+_$JOB_COMPLETION_INDEX} member=${JOB_COMPLETION_INDEX-}
"""

    def __init__(self, settings: Settings, surroundings: Surroundings) -> None:
        super().__init__(settings, surroundings)
        self._settings = settings
        self._lend = surroundings.lend
        self._login: tuple[dict[str, str], float] | None = None
        if settings.ca is not None:
            self.http = surroundings.http.trusting(ssl.create_default_context(cadata=settings.ca))

    async def close(self) -> None:
        if self._settings.ca is not None:
            await self.http.close()

    def directives(self, run: BatchRun) -> list[str]:
        asked = {
            "several nodes": (run.nodes or 1) > 1,
            "a partition": run.partition,
            "a quality of service": run.qos,
            "a reservation": run.reservation,
            "a constraint": run.constraint,
            "dependencies": run.dependency,
            "raw options": run.extra,
        }
        if wanted := [what for what, is_asked in asked.items() if is_asked]:
            raise RunRefused(f"{run.name} asks for {', '.join(wanted)}, which Jobs of Kubernetes do not have")
        if self._image_of(run) is None:
            raise RunRefused(f"{run.name} names no image, and the machine's settings have none for such runs")
        if self._settings.cores is not None and run.cores > self._settings.cores:
            raise RunRefused(f"{run.name} wants {run.cores} cores; the largest node has {self._settings.cores}")
        needed = text.resources_of(run, self._settings.gpu_resource)
        return [f"# {name}: {value}" for name, value in {"image": self._image_of(run), **needed}.items()]

    def launched(self, run: BatchRun) -> BatchRun:
        return replace(run, image=None)  # the script runs inside it

    def native_of(self, said: str) -> str:
        name = said.strip().partition("_")[0]
        if not name:
            raise ValueError("no name of a Job")
        return name

    async def create(self, run: BatchRun, script: str, place: Place) -> str:
        said = await self._ask("POST", self._jobs(), self._job(run, place))
        if said.status == 409:  # it is there already, and nobody else's: its name was made of the marker
            found = await self.known(run.marker)
            if found is None:
                raise BatchSilent(f"{run.marker} could not be submitted: {_complaint(said)}")
            return found
        if said.status in (200, 201, 202):
            return self.native(str(said.content["metadata"]["name"]))
        # 403 is a quota that is used up, or a missing permission: neither is the run's fault for ever.
        if said.status in (400, 413, 422):
            raise RunRefused(f"{run.name}: {_complaint(said)}")
        raise BatchSilent(f"{run.marker} could not be submitted: {_complaint(said)}")

    async def known(self, marker: str) -> str | None:
        said = await self._ask("GET", f"{self._jobs()}/{text.name_of(marker)}")
        if said.status == 404 and isinstance(said.content, dict) and said.content.get("reason") == "NotFound":
            return None
        if said.status != 200 or text.marker_of(said.content) != marker:
            raise BatchSilent(f"whether {marker} was submitted is not known: {_complaint(said)}")
        return str(said.content["metadata"]["name"])

    async def rows(self, runs: Sequence[RunRef]) -> Iterable[tuple[str, Row]]:
        return text.read_rows(await self._all(self._jobs()), await self._all(self._pods()))

    async def history(self, runs: Sequence[RunRef]) -> Iterable[tuple[str, Row]]:
        return []  # a Job that is gone leaves none

    async def stop(self, run: RunRef) -> None:
        base = base_of(run.marker)
        job = f"{self._jobs()}/{text.name_of(base)}"
        if base != run.marker:
            index = int(run.marker.rpartition(".")[2])
            for pod in await self._all(self._pods()):
                if text.job_name_of(pod) == text.name_of(base) and text.index_of(pod) == index:
                    self._certain(await self._ask("DELETE", f"{self._pods()}/{quote(pod['metadata']['name'])}"), 404)
            return
        # Suspended, its pods are asked to end and none is made; it stays, and says that it was cancelled.
        change = {"metadata": {"annotations": {text.CANCELLED: "true"}}, "spec": {"suspend": True}}
        said = await self._ask("PATCH", job, change)
        if said.status == 422:  # it has ended
            return
        self._certain(said, 404)

    async def forget(self, marker: str, *, keep_output: bool = True) -> None:
        await super().forget(marker, keep_output=keep_output)
        if base_of(marker) == marker:
            query = urlencode({"propagationPolicy": "Background"})
            self._certain(await self._ask("DELETE", f"{self._jobs()}/{text.name_of(marker)}?{query}"), 404)

    async def load(self) -> Load:
        nodes, pods = await self._nodes(), await self._all(self._pods())
        rows = [row for _, row in text.read_rows(await self._all(self._jobs()), pods)]
        return Load(
            cores=sum(node.cores or 0 for node in nodes),
            memory_bytes=sum(node.memory_bytes or 0 for node in nodes) or None,
            cores_used=sum(text.cores_of(pod) for pod in pods if pod.get("status", {}).get("phase") == "Running"),
            queued_count=sum(row.state == "queued" for row in rows),
            running_count=sum(row.state == "running" for row in rows),
        )

    async def queue(self) -> MachineQueue:
        jobs, pods = await self._all(self._jobs()), await self._all(self._pods())
        nodes = await self._nodes()
        for pod in pods:
            where = pod["spec"].get("nodeName")
            for node in nodes:
                if node.name == where and pod.get("status", {}).get("phase") == "Running":
                    node.cores_used = (node.cores_used or 0) + text.cores_of(pod)
        made = {job["metadata"]["name"]: job for job in jobs}
        found = [
            QueueJob(
                native_id=row.native_id,
                name=marker,
                state=row.native_state,
                reason=row.text,
                cores=text.cores_of({"spec": made[self.native(row.native_id)]["spec"]["template"]["spec"]}),
                submitted_at=text.instant(made[self.native(row.native_id)]["metadata"].get("creationTimestamp")),
                started_at=row.started_at,
            )
            for marker, row in text.read_rows(jobs, pods)
            if row.state in ("queued", "running")
        ]
        omitted = max(0, len(found) - MOST_JOBS)
        return MachineQueue(asked_at=datetime.now(UTC), nodes=nodes, jobs=found[:MOST_JOBS], omitted_count=omitted)

    def _image_of(self, run: BatchRun) -> str | None:
        return run.image or self._settings.image

    def _job(self, run: BatchRun, place: Place) -> Any:
        settings, needed = self._settings, text.resources_of(run, self._settings.gpu_resource)
        container = {
            "name": "run",
            "image": self._image_of(run),
            "command": ["/bin/bash", *(["-l"] if run.modules else []), "job.sh"],
            "workingDir": place.directory,
            "env": [
                {"name": "STORMBELL_JOB", "value": text.name_of(run.marker)},
                {"name": "HOME", "value": place.directory},
            ],
            "resources": {"requests": needed, "limits": needed},
            "volumeMounts": [{"name": "runs", "mountPath": settings.mount_path}],
            "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        }
        pod = {
            "automountServiceAccountToken": False,
            "terminationGracePeriodSeconds": math.ceil(settings.grace_seconds) + 5,
            # The script keeps the walltime itself; this ends what is left when it cannot.
            "activeDeadlineSeconds": math.ceil(run.walltime_seconds + settings.grace_seconds) + 60,
            "securityContext": {
                "runAsUser": int(place.user_id),
                "runAsGroup": int(place.group_id),
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "volumes": [{"name": "runs", **settings.volume.source()}],
            "nodeSelector": settings.node_selector,
        }
        return text.job_of(run, container, pod, at_once=settings.array_at_once, ttl=settings.keep_seconds)

    async def _nodes(self) -> list[QueueNode]:
        """Return the nodes, as far as this account may see them."""
        said = await self._ask("GET", "api/v1/nodes")
        if said.status == 403:
            return [QueueNode(name="cluster", state="unknown", cores=self._settings.cores)]
        self._certain(said)
        return [text.node_of(one) for one in said.content["items"]]

    async def _all(self, path: str) -> list[Any]:
        """Return every object of ours. Raises BatchSilent unless they were told whole."""
        query = {"labelSelector": f"{text.LABEL}=stormbell", "limit": str(_AT_ONCE)}
        found: list[Any] = []
        while True:
            said = await self._ask("GET", f"{path}?{urlencode(query)}")
            if said.status == 410 and "continue" in query:  # it took too long: begin again, and take all at once
                query, found = {"labelSelector": query["labelSelector"]}, []
                continue
            self._certain(said)
            items = said.content.get("items")
            if not isinstance(items, list):
                raise BatchSilent(f"{path} is answered without its items")
            found += items
            following = said.content.get("metadata", {}).get("continue")
            if not following:
                return found
            query["continue"] = following

    def _jobs(self) -> str:
        return f"apis/batch/v1/namespaces/{self._settings.namespace}/jobs"

    def _pods(self) -> str:
        return f"api/v1/namespaces/{self._settings.namespace}/pods"

    def _certain(self, said: Answer, *fine: int) -> None:
        if said.status >= 300 and said.status not in fine:
            raise BatchSilent(f"Kubernetes does not do it: {_complaint(said)}")

    async def _ask(self, method: str, path: str, body: Any = None) -> Answer:
        kind = {"Content-Type": "application/merge-patch+json"} if method == "PATCH" else {}
        headers = {**await self._headers(), **kind}
        said = await self.answer(method, f"{self._settings.url.rstrip('/')}/{path}", headers, body)
        if said.status == 401:
            self._login = None
            raise LoginRefused(f"{self._settings.url} does not accept the token")
        return said

    async def _headers(self) -> dict[str, str]:
        now = time.monotonic()
        if self._login is None or now >= self._login[1]:
            async with self._lend(self._settings.api_credential_id) as secret:
                if not isinstance(secret, Bearer):
                    raise LoginRefused(f"Kubernetes wants a bearer token, and {type(secret).__name__} is none")
                self._login = {"Authorization": f"Bearer {secret.token}"}, now + _KEPT_SECONDS
        return self._login[0]


def _complaint(said: Answer) -> str:
    """Return what an API server says of a failure, in its own words."""
    told = said.content.get("message") if isinstance(said.content, dict) else None
    return str(told)[:500] if told else f"status {said.status}"

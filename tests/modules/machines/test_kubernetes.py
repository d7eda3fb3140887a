"""Kubernetes, with a stand-in for its API server: what nodes do to pods, lists that end early, and whom it trusts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.modules.credentials import Bearer, Password, Secret
from app.modules.machines.batch import BatchRun, RunRef, RunRefused
from app.modules.machines.batch import _kubernetes_text as text
from app.modules.machines.batch.kubernetes import Settings
from app.modules.machines.transport import LoginRefused
from tests.conformance.batch_sites import BatchSite, batch_site, kubernetes_settings, lending
from tests.sites.batch_machines import KubernetesMachine, kubernetes_machine, logged_in  # noqa: F401
from tests.sites.kubernetes_api import JOBS, TOKEN


@asynccontextmanager
async def opened(
    machine: KubernetesMachine, folder: Path, secret: Secret | None = None, **more: Any
) -> AsyncIterator[BatchSite]:
    given = {**kubernetes_settings(machine.api, folder), **more}
    lend = lending(secret or Bearer(TOKEN))
    async with (
        logged_in(machine.login) as transport,
        batch_site("kubernetes", given, folder, transport=transport, lend=lend, own_markers=False) as site,
    ):
        yield site


async def ended_by_node(machine: KubernetesMachine, site: BatchSite, marker: str, **how: Any) -> Any:
    """Submit a run, have its node end it once it runs, and return how it stands then."""
    native_id = await site.submit(marker, "sleep", "60")
    await site.until([marker], frozenset({"running"}))
    machine.api.node.fail(machine.api.node.pod_of(native_id), **how)
    return (await site.until([marker]))[0]


@pytest.mark.covers("V56")
async def test_what_a_node_does_to_a_pod_is_told_apart_from_what_the_run_did(
    kubernetes_machine: KubernetesMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    async with opened(kubernetes_machine, tmp_path) as site:
        evicted = {"reason": "Evicted", "message": "The node was low on resource: memory."}
        lost = await ended_by_node(kubernetes_machine, site, "evicted", **evicted)
        assert (lost.state, lost.interrupted, lost.native_state) == ("lost", True, "Failed (Evicted)")
        assert "low on resource: memory" in (lost.text or "")
        late = await ended_by_node(kubernetes_machine, site, "late", reason="DeadlineExceeded")
        assert (late.state, late.text) == ("timed_out", "it ran longer than it may")
        large = await ended_by_node(kubernetes_machine, site, "large", container="OOMKilled")
        assert (large.state, large.text) == ("failed", "it needed more memory than it asked for")
        assert large.native_state == "Failed (OOMKilled)"


async def test_pages_of_a_list_that_come_too_late_are_asked_for_again(
    kubernetes_machine: KubernetesMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    api = kubernetes_machine.api
    async with opened(kubernetes_machine, tmp_path) as site:
        markers = [f"paged-{number}" for number in range(4)]
        for marker in markers:
            await site.submit(marker, "true")
        await site.until(markers)
        api.page_size = 2
        try:
            api.expires_next_page = True
            found = await site.batch.poll([RunRef(marker) for marker in markers])
        finally:
            api.page_size, api.expires_next_page = 500, False
        assert [status.native_state for status in found] == ["Succeeded"] * 4


async def test_an_account_that_may_not_see_nodes_still_tells_what_runs(
    kubernetes_machine: KubernetesMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    async with opened(kubernetes_machine, tmp_path) as site:
        native_id = await site.submit("unseen", "sleep", "60")
        await site.until(["unseen"], frozenset({"running"}))
        kubernetes_machine.api.hides_nodes = True
        try:
            load, view = await site.batch.load(), await site.batch.queue()
        finally:
            kubernetes_machine.api.hides_nodes = False
        assert (load.cores, load.cores_used, load.running_count) == (2, 1, 1)
        assert [(job.native_id, job.name) for job in view.jobs] == [(native_id, "unseen")]
        await site.batch.cancel(RunRef("unseen", native_id))
        await site.until(["unseen"])


@pytest.mark.covers("V43")
async def test_a_job_that_is_there_already_is_the_runs_own(
    kubernetes_machine: KubernetesMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    api, run = kubernetes_machine.api, BatchRun(marker="conflict", name="conflict", command=["true"])
    async with opened(kubernetes_machine, tmp_path) as site:
        native_id = await site.batch.submit(run)
        await site.until(["conflict"])
        # As if nothing of it had been written down: the name alone says whose it is.
        for name in ("submitted", "claim", "attempted"):
            (tmp_path / "the runs" / "conflict" / name).unlink()
        api.asked.clear()
        assert await site.batch.submit(run) == native_id
        assert ("POST", JOBS) in api.asked


async def test_a_login_that_is_refused_or_a_server_nobody_vouches_for_is_no_empty_queue(
    kubernetes_machine: KubernetesMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    for secret, said in ((Bearer("another"), "does not accept"), (Password("ada", "secret"), "wants a bearer token")):
        async with opened(kubernetes_machine, tmp_path, secret) as site:
            with pytest.raises(LoginRefused, match=said):
                await site.batch.poll([RunRef("m1")])
    async with opened(kubernetes_machine, tmp_path, ca=None) as site:
        with pytest.raises(ConnectionError, match="cannot be reached"):
            await site.batch.poll([RunRef("m1")])


def test_settings_say_what_is_wrong_with_them(tmp_path: Path) -> None:
    given = {
        "url": "https://cluster.example:6443",
        "api_credential_id": "crd_1",
        "mount_path": "/work",
        "volume": {"kind": "claim", "claim": "runs"},
        "run_directory": "/work/runs",
    }
    assert Settings.model_validate(given).volume.source() == {"persistentVolumeClaim": {"claimName": "runs"}}
    for odd, said in (
        ({"run_directory": "/elsewhere/runs"}, "below mount_path"),
        ({"volume": {"kind": "claim"}}, "names its claim"),
        ({"volume": {"kind": "nfs", "path": "/export"}}, "names its server"),
        ({"ca": "-----BEGIN NOTHING-----"}, "no certificate"),
        ({"url": "http://cluster.example"}, "pattern"),
    ):
        with pytest.raises(ValidationError, match=said):
            Settings.model_validate({**given, **odd})


async def test_what_jobs_do_not_have_is_refused(
    kubernetes_machine: KubernetesMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    async with opened(kubernetes_machine, tmp_path, image=None) as site:
        for wanted, said in (
            ({"nodes": 2, "image": "i"}, "several nodes"),
            ({"partition": "urgent", "image": "i"}, "a partition"),
            ({}, "names no image"),
            ({"cores": 3, "image": "i"}, "the largest node has 2"),
        ):
            with pytest.raises(RunRefused, match=said):
                site.batch.preview(BatchRun(**{"marker": "m1", "name": "m1", "command": ["true"], **wanted}))


def test_names_are_dns_labels_and_those_of_two_markers_differ() -> None:
    names = [text.name_of(marker) for marker in ("sim_01J8ZQ4M7T-1", "SIM_01J8ZQ4M7T-1", "a" * 150, "a" * 149, "_")]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 57 and name.replace("-", "").isalnum() and name == name.lower() for name in names)


def test_members_without_a_pod_are_told_by_their_job_and_quantities_are_read() -> None:
    job = {
        "metadata": {"name": text.name_of("m1"), "annotations": {text.MARKER: "m1"}},
        "spec": {"completionMode": "Indexed", "completions": 6},
        "status": {"completedIndexes": "0,2-3", "failedIndexes": "1"},
    }
    foreign = {**job, "metadata": {"name": "m1", "annotations": {text.MARKER: "m1"}}}
    assert not [*text.read_rows([foreign], [])]  # somebody else's, which says that it is ours
    rows = dict(text.read_rows([job], []))
    states = [rows[f"m1.{number}"].state for number in range(6)]
    assert states == ["succeeded", "failed", "succeeded", "succeeded", "queued", "queued"]
    job["spec"]["suspend"] = True
    assert dict(text.read_rows([job], []))["m1.4"].text == "it is suspended"  # by somebody else, who lets it wait
    job["metadata"]["annotations"][text.CANCELLED] = "true"
    assert dict(text.read_rows([job], []))["m1.4"].state == "cancelled"
    assert [text.quantity(said) for said in ("250m", "2", "16Gi", "1k")] == [0.25, 2.0, 16 * 1024**3, 1000.0]

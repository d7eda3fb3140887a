"""Slurm by its REST interface: whose token, which version, and a node that ends while it submits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from app.kernel.node import Node
from app.kernel.settings import Settings
from app.modules import machines
from app.modules.credentials import Bearer, Password, Secret
from app.modules.machines.batch import BatchRun, RunRef, RunRefused, no_vault
from tests.conformance.batch_sites import REMOTE, BatchSite, batch_site, lending
from tests.conftest import settings_for
from tests.modules.machines.test_machine_registration import API, registered
from tests.sites.batch_machines import SlurmMachine, logged_in, slurm_machine, slurmrestd_machine  # noqa: F401

NOBODYS = "eyJhbGciOiJIUzI1NiJ9.eyJzdW4iOiJyb290In0.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"  # {"sun": "root"}
UNNAMED = "eyJhbGciOiJIUzI1NiJ9.e30.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "data", **{"egress.allow": "127.0.0.0/8"})


def token_of(machine: SlurmMachine) -> str:
    """Return what Slurm itself gives its administrator."""
    return machine.cluster.ask("scontrol", "token", "lifespan=600").strip().removeprefix("SLURM_JWT=")


@asynccontextmanager
async def opened(
    machine: SlurmMachine, folder: Path, secret: Secret | None = None, *, own_markers: bool = True
) -> AsyncIterator[BatchSite]:
    """Open the driver, with a token of the vault if one is given."""
    given = {**REMOTE, "url": machine.rest, **({"api_credential_id": "crd_1"} if secret is not None else {})}
    lend = no_vault if secret is None else lending(secret)
    async with (
        logged_in(machine.login) as transport,
        batch_site("slurmrestd", given, folder, transport=transport, lend=lend, own_markers=own_markers) as site,
    ):
        yield site


async def test_a_machine_is_asked_with_the_vaults_token_which_stays_while_it_is_needed(
    running_node: Node,
    client: httpx.AsyncClient,
    slurmrestd_machine: SlurmMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    wanted = {"name": "slurm token", "kind": "bearer", "settings": {"token": token_of(slurmrestd_machine)}}
    token = (await client.post("/api/v1/credentials", json=wanted)).json()["id"]
    settings = {
        "url": slurmrestd_machine.rest,
        "api_credential_id": token,
        "run_directory": str(tmp_path / "runs"),
        "poll_seconds": 0.2,
    }
    machine = await registered(client, slurmrestd_machine.login, driver="slurmrestd", settings=settings)
    at = f"{API}/{machine['id']}"
    probed = (await client.post(f"{at}/probe")).json()
    assert (probed["state"], probed["cores"]) == ("answers", 2), probed
    async with running_node.database.sessions() as session:
        row = await machines.get(session, machine["id"])
    batch = await machines.batch_of(running_node, row)
    native_id = await batch.submit(BatchRun(marker="vaulted", name="vaulted", command=["sleep", "60"]))
    view = (await client.get(f"{at}/queue")).json()
    assert [(job["native_id"], job["name"]) for job in view["jobs"]] == [(native_id, "vaulted")]
    assert {one["name"]: one["walltime_seconds"] for one in view["partitions"]} == {"normal": 86400, "urgent": 14400}
    await batch.cancel(RunRef("vaulted", native_id))
    uses = (await client.get(f"/api/v1/credentials/{token}/uses")).json()["items"]
    assert [one["purpose"] for one in uses] == ["batch system of heron"]

    held = await client.delete(f"/api/v1/credentials/{token}")
    assert (held.status_code, held.json()["code"]) == (409, "credential_in_use")
    unknown = await client.patch(at, json={"settings": {**settings, "api_credential_id": "crd_none"}})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "credential_not_found")


async def test_a_token_that_is_none_of_slurms_is_no_empty_queue_and_is_told_with_its_owner(
    slurmrestd_machine: SlurmMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    for secret, said in (
        (Bearer(NOBODYS), "or does not accept the token of root"),
        (Bearer(UNNAMED), "does not say whose it is"),
        (Bearer("opaque"), "does not say whose it is"),
        (Password("ada", "secret"), "wants a bearer token"),
    ):
        async with opened(slurmrestd_machine, tmp_path, secret) as site:
            with pytest.raises(ConnectionError, match=said):
                await site.batch.poll([RunRef("m1")])


@pytest.mark.covers("V43")
async def test_a_run_whose_node_ended_between_the_job_and_its_record_is_adopted(
    slurmrestd_machine: SlurmMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    tally = tmp_path / "tally"
    run = BatchRun(
        marker="m1",
        name="m1",
        command=["sh", "-c", f"echo ran >> {tally}; cat ../callback.key >> {tally}"],
        callback_url="http://127.0.0.1:9/nobody",
        callback_key=b"k" * 32,
    )
    async with opened(slurmrestd_machine, tmp_path) as site:
        for _ in range(2):  # the second finds what the first made, although its answer was lost as well
            site.line.loses_next = True
            try:
                native_id = await site.batch.submit(run)
            except ConnectionError:
                continue
        assert native_id == await site.batch.find("m1")
        assert [status.state for status in await site.until(["m1"])] == ["succeeded"]
    assert tally.read_text() == f"ran\n{(b'k' * 32).hex()}\n"


async def test_a_job_of_another_user_that_bears_a_runs_name_says_nothing_of_it(
    slurmrestd_machine: SlurmMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    cluster = slurmrestd_machine.cluster
    async with opened(slurmrestd_machine, tmp_path, own_markers=False) as site:
        foreign = ("--uid=nobody", "--hold", "--job-name=borrowed", "--output=/dev/null", "--chdir=/", "--wrap=true")
        job = cluster.ask("sbatch", "--parsable", *foreign).strip()
        try:
            assert [one.name for one in (await site.batch.queue()).jobs] == ["borrowed"]
            (status,) = await site.batch.poll([RunRef("borrowed", job)])
            assert (status.state, status.native_state) == ("unknown", "absent")
        finally:
            cluster.ask("scancel", job)


async def test_what_slurm_will_not_have_is_refused_in_its_words(
    slurmrestd_machine: SlurmMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    async with opened(slurmrestd_machine, tmp_path) as site:
        with pytest.raises(RunRefused, match="Invalid partition"):
            await site.submit("m1", "true", partition="nowhere")
        with pytest.raises(RunRefused, match="--exclusive"):
            site.batch.preview(BatchRun(marker="m2", name="m2", command=["true"], extra=["--exclusive"]))
        assert await site.batch.find("m1") is None

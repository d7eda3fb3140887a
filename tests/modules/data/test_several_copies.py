"""Data sets with several copies: one that is whole is enough, wherever the others are."""

import asyncio
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, text

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules import data
from app.modules.accounts import AllocationExhausted
from app.modules.accounts.allocation_models import Allocation
from app.modules.accounts.allocations import Grant, grant
from app.modules.accounts.models import User
from app.modules.data import transfer_job
from app.modules.data.storage.local import Settings as LocalSettings
from app.modules.data.storage.local import Storage as LocalStorage
from app.modules.data.transfer_models import Transfer
from app.modules.data.transfers import retry_transfer
from app.modules.jobs.models import FinishedJob, Job
from tests.modules.data.test_fetching import ended as job_ended
from tests.modules.data.test_transfer_engine import CONTENT, dataset, ended, replicas, storage, submit


async def gone(node: Node, storage_id: str, root: Path) -> None:
    """Take the directory of a storage away; it is opened anew, as after a start."""
    for path in sorted(root.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    root.rmdir()
    root.write_text("no directory any more")
    async with node.database.transaction() as session:
        await session.execute(text("UPDATE storages SET revision = revision + 1 WHERE id = :id"), {"id": storage_id})


async def test_a_storage_that_is_gone_keeps_nobody_from_the_copy_elsewhere(
    running_node: Node, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    node = running_node
    made = await dataset(node, b"content")
    (local,) = await replicas(node, made.id)
    place, further = [await storage(node, tmp_path / name) for name in ("disk", "further")]
    (copying,) = await submit(node, kind="replicate", dataset_id=made.id, targets=[data.Place(storage_id=place)])
    assert (await ended(node, copying)).state == "complete"
    # The copy that is looked at first, in whichever order they are.
    async with node.database.transaction() as session:
        await session.execute(
            text("UPDATE replicas SET verified_at = now() + interval '1 day' WHERE storage_id = :id"), {"id": place}
        )
    await gone(node, place, tmp_path / "disk")
    answer = await client.get(f"/api/v1/datasets/{made.id}/content")
    assert (answer.status_code, answer.content) == (200, b"content")
    (going,) = await submit(
        node,
        kind="replicate",
        dataset_id=made.id,
        source=data.Place(storage_id=place),
        targets=[data.Place(storage_id=further)],
    )
    row = await ended(node, going)
    assert (row.state, row.source_storage_id) == ("complete", local)


async def test_a_copy_has_what_was_said_of_the_first(
    running_node: Node, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    made = await dataset(running_node, b"content")
    said = {
        "tags": ["flood"], "area": [170, -10, -170, 10], "comment": "c", "role": "map",
        "valid_from": "2026-01-01T00:00:00Z", "valid_until": "2026-01-02T00:00:00Z",
    }  # fmt: skip
    (await client.patch(f"/api/v1/datasets/{made.id}", json=said)).raise_for_status()
    place = await storage(running_node, tmp_path / "there")
    (copying,) = await submit(running_node, kind="copy", dataset_id=made.id, targets=[data.Place(storage_id=place)])
    row = await ended(running_node, copying)
    copy = (await client.get(f"/api/v1/datasets/{row.made_dataset_id}")).json()
    assert {name: copy[name] for name in said} == said


async def test_nothing_is_left_at_the_target_of_a_transfer_whose_job_failed(node: Node, tmp_path: Path) -> None:
    await data.module.start(node)  # type: ignore[misc]  # no job runs yet
    made = await dataset(node, CONTENT)
    place = await storage(node, tmp_path / "there")
    (copying,) = await submit(node, kind="replicate", dataset_id=made.id, targets=[data.Place(storage_id=place)])
    upload = await LocalStorage(LocalSettings(directory=tmp_path / "there")).begin("x", bytes=len(CONTENT))
    async with node.database.transaction() as session:
        row = await session.get_one(Transfer, copying)
        row.state, row.upload = "running", {**vars(upload)}
        job = await session.scalar(select(Job).where(Job.id == row.job_id))
        assert job is not None
        await transfer_job.exhausted(session, FinishedJob(id=job.id, error="it ended too often"))
        await session.delete(job)
        tidying = (await session.scalars(select(Job.id).where(Job.kind == "data.transfer_tidy"))).one()
    assert [*(tmp_path / "there").iterdir()] != []
    await node.start()
    await job_ended(node, tidying)
    row = await ended(node, copying)
    assert (row.state, row.error) == ("failed", "it ended too often")
    assert [*(tmp_path / "there").iterdir()] == []


@pytest.mark.parametrize("left", ["deleted", "cancelled"])
async def test_what_had_arrived_of_a_data_set_that_goes_is_not_left_behind(
    node: Node, tmp_path: Path, left: str
) -> None:
    """Whole at the target already, and not yet recorded when the data set was deleted, or the transfer cancelled."""
    await data.module.start(node)  # type: ignore[misc]  # no job runs yet
    made = await dataset(node, b"content")
    place = await storage(node, tmp_path / "there")
    (copying,) = await submit(node, kind="replicate", dataset_id=made.id, targets=[data.Place(storage_id=place)])
    async with node.database.transaction() as session:
        row = await session.get_one(Transfer, copying)
        arrived = tmp_path / "there" / (row.target_path or "")
        arrived.parent.mkdir(parents=True)
        arrived.write_bytes(b"content")
        row.source_version = {"bytes": 7, "modified_at": None, "etag": None}
        if left == "deleted":
            row.state = "running"
            await session.execute(text("UPDATE datasets SET deleted_at = now()"))
        else:
            await data.cancel_transfer(session, copying)
    await node.start()
    row = await ended(node, copying)
    assert row.state == {"deleted": "failed", "cancelled": "cancelled"}[left]
    async with asyncio.timeout(60):
        while arrived.exists():
            await asyncio.sleep(0.05)


async def test_a_copy_counts_before_it_is_made_and_no_more_when_it_is_not(node: Node, tmp_path: Path) -> None:
    await data.module.start(node)  # type: ignore[misc]  # no job runs yet
    ada = Principal(user_id="usr_ada", name="Ada", role=Role.RUNNER)
    async with node.database.transaction() as session:
        session.add(User(id=ada.user_id, email="ada@example.org", name="Ada", role="runner"))
        await session.flush()
        some = Grant(subject_kind="user", subject_id=ada.user_id, resource="bytes", granted=100)
        await grant(session, Principal(user_id="usr_ada", name="x", role=Role.OWNER), some)
    hers = await dataset(node, b"h" * 40, owner_id=ada.user_id)
    place = await storage(node, tmp_path / "there")

    async def held() -> tuple[int, int]:
        async with node.database.sessions() as session:
            row = (await session.scalars(select(Allocation))).one()
            return int(row.reserved), int(row.used)

    async def copy() -> str:
        wanted = data.TransferCreate(kind="copy", dataset_id=hers.id, targets=[data.Place(storage_id=place)])
        async with node.database.transaction() as session:
            return (await data.submit_transfers(node, session, wanted, ada)).items[0].id or ""

    assert await held() == (0, 40)
    copying = await copy()
    assert await held() == (40, 40)
    with pytest.raises(AllocationExhausted):
        await copy()
    async with node.database.transaction() as session:
        await data.cancel_transfer(session, copying)
    assert await held() == (0, 40)
    async with node.database.transaction() as session:
        await retry_transfer(session, copying)
    assert await held() == (40, 40)
    await node.start()
    assert (await ended(node, copying)).state == "complete"
    assert await held() == (0, 80)

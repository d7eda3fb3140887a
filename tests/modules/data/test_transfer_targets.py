"""What a transfer may put itself in the place of: never a data set's copy, a file only when it is told to."""

from pathlib import Path

import pytest
from fastapi import FastAPI, Request

from app.kernel.node import Node
from app.kernel.principal import SYSTEM, Principal, Role
from app.modules import data
from app.modules.data.models import Replica
from app.modules.data.transfer_errors import TransferInvalid
from tests.conftest import _client
from tests.modules.data.test_transfer_engine import dataset, ended, replicas, storage, submit

BEN = Principal(user_id="usr_ben", name="Ben", role=Role.RUNNER)


async def test_no_data_set_takes_the_place_of_anothers_copy(running_node: Node, tmp_path: Path) -> None:
    first, second = await dataset(running_node, b"first"), await dataset(running_node, b"second", "other.nc")
    place = await storage(running_node, tmp_path / "there")
    (moving,) = await submit(
        running_node, kind="move", dataset_id=first.id, targets=[data.Place(storage_id=place, path="runs/x")]
    )
    assert (await ended(running_node, moving)).state == "complete"
    for kind in ("replicate", "copy", "move"):
        for path in ("runs/x", "runs"):
            for overwrite in (False, True):
                targets = [data.Place(storage_id=place, path=path)]
                with pytest.raises(TransferInvalid, match="a data set has its copy at"):
                    await submit(running_node, kind=kind, dataset_id=second.id, targets=targets, overwrite=overwrite)
    assert (tmp_path / "there" / "runs" / "x").read_bytes() == b"first"


async def test_a_file_is_replaced_by_a_data_set_only_when_that_is_said(running_node: Node, tmp_path: Path) -> None:
    made = await dataset(running_node, b"data set")
    place = await storage(running_node, tmp_path / "there")
    plain = tmp_path / "there" / "plain"
    plain.parent.mkdir(exist_ok=True)
    plain.write_bytes(b"somebody's own")
    wanted = {"dataset_id": made.id, "targets": [data.Place(storage_id=place, path="plain")]}
    for kind in ("copy", "replicate", "move"):
        (refused,) = await submit(running_node, kind=kind, **wanted)
        row = await ended(running_node, refused)
        assert (row.state, row.code, plain.read_bytes()) == ("failed", "target_taken", b"somebody's own")
    (told,) = await submit(running_node, kind="replicate", overwrite=True, **wanted)
    assert (await ended(running_node, told)).state == "complete"
    assert plain.read_bytes() == b"data set"


async def test_a_copy_that_came_since_it_was_planned_stays_too(running_node: Node, tmp_path: Path) -> None:
    first, second = await dataset(running_node, b"first"), await dataset(running_node, b"second", "other.nc")
    place = await storage(running_node, tmp_path / "there")
    file = tmp_path / "there" / "x"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"first")
    wanted = data.TransferCreate(
        kind="replicate", dataset_id=second.id, targets=[data.Place(storage_id=place, path="x")], overwrite=True
    )
    async with running_node.database.transaction() as session:
        planned = await data.submit_transfers(running_node, session, wanted, SYSTEM)
        async with running_node.database.transaction() as other:
            other.add(Replica(dataset_id=first.id, storage_id=place, path="x", state="present"))
    row = await ended(running_node, planned.items[0].id or "")
    assert (row.state, row.code, file.read_bytes()) == ("failed", "target_taken", b"first")


@pytest.mark.security("S9")
async def test_the_owner_of_a_storage_moves_nobodys_copy_out_of_it_as_a_file(
    running_node: Node, app: FastAPI, tmp_path: Path
) -> None:
    async def authenticate(request: Request) -> Principal | None:
        return BEN

    running_node.authenticate = authenticate
    hers = await dataset(running_node, b"hers", owner_id="usr_ada")
    place = await storage(running_node, tmp_path / "bens", owner_id="usr_ben")
    (moving,) = await submit(running_node, kind="move", dataset_id=hers.id, targets=[data.Place(storage_id=place)])
    assert (await ended(running_node, moving)).state == "complete"
    path = (await replicas(running_node, hers.id))[place].path
    (tmp_path / "bens" / "plain").write_bytes(b"his own")
    taken, elsewhere = {"storage_id": place, "path": path}, {"storage_id": place, "path": "elsewhere"}
    plain = {"storage_id": place, "path": "plain"}
    async with _client(app, {}) as ben:
        for body in (
            {"kind": "move", "source": taken, "targets": [elsewhere]},
            {"kind": "move", "source": taken | {"path": "datasets"}, "folder": True, "targets": [elsewhere]},
            {"kind": "copy", "source": plain, "targets": [taken], "overwrite": True},
        ):
            answer = await ben.post("/api/v1/transfers", json=body)
            assert (answer.status_code, answer.json()["code"]) == (422, "transfer_invalid"), answer.text
            assert hers.id not in answer.json()["detail"].replace(path, "")
        for wrong in ("../x", "./plain", "a//b", "/etc/x", "b/"):
            for body in (
                {"kind": "copy", "source": plain, "targets": [taken | {"path": wrong}]},
                {"kind": "copy", "source": taken | {"path": wrong}, "targets": [elsewhere]},
            ):
                answer = await ben.post("/api/v1/transfers", json=body)
                assert (answer.status_code, answer.json()["code"]) == (422, "path_refused"), answer.text
    assert (tmp_path / "bens" / path).read_bytes() == b"hers"

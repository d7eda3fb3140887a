"""Transfers to a real S3 server over a line that breaks, and over a server of ours that is killed."""

import asyncio
import json
import os
import random
import sys
from pathlib import Path

import pytest
from fleet import SOURCE, Members

from app.kernel.node import Node
from app.kernel.settings import Settings
from app.modules import data
from tests.conftest import settings_for
from tests.modules.data.buckets import Breaker, bucket, bucket_server
from tests.modules.data.test_transfer_engine import dataset, ended, replicas, submit

MEBIBYTE = 1024**2
LONG = bool(os.environ.get("CHAOS_LONG"))
CUTS = 100 if LONG else 10
SIZE = (256 if LONG else 48) * MEBIBYTE
PART = 8 * MEBIBYTE

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = settings_for(tmp_path / "data")
    made.kernel.egress.allow.append("127.0.0.1")
    return made


async def test_a_line_that_breaks_costs_a_part_each_time_and_nothing_else(running_node: Node, tmp_path: Path) -> None:
    rng = random.Random(os.urandom(8) if LONG else 38)
    content = b"".join(rng.randbytes(MEBIBYTE) for _ in range(SIZE // MEBIBYTE))
    made = await dataset(running_node, content)
    (tmp_path / "s3" / "kept").mkdir(parents=True)
    at = iter(sorted(rng.sample(range(SIZE // 100, SIZE), CUTS)))
    async with bucket_server(tmp_path / "s3") as port, Breaker(port, lambda: next(at, None)) as broken:
        place = await bucket(running_node, broken.port, "kept")
        (replicating,) = await submit(
            running_node, kind="replicate", dataset_id=made.id, targets=[data.Place(storage_id=place)]
        )
        row = await ended(running_node, replicating)
        assert (row.state, row.error) == ("complete", None)
        assert broken.cuts == CUTS
        # What a broken connection had under way is sent again, whole: a part of it at most.
        assert broken.sent - SIZE <= CUTS * PART + MEBIBYTE
        assert (tmp_path / "s3" / "kept" / (row.target_path or "")).read_bytes() == content


async def test_a_server_that_is_killed_goes_on_where_it_was(
    node: Node, settings: Settings, database_url: str, tmp_path: Path
) -> None:
    await data.module.start(node)  # type: ignore[misc]  # it only submits; what carries is a process that dies
    rng = random.Random(39)
    content = b"".join(rng.randbytes(MEBIBYTE) for _ in range(64))
    made = await dataset(node, content)
    (tmp_path / "s3" / "kept").mkdir(parents=True)
    soon = {"jobs.lease_seconds": 2, "nodes.heartbeat_seconds": 0.5}
    flags = {"data_directory": str(settings.data_directory), **soon}
    options = json.dumps({"url": database_url, "flags": flags})
    members = Members()
    async with bucket_server(tmp_path / "s3") as port, Breaker(port, lambda: None) as counting:
        place = await bucket(node, counting.port, "kept")
        (moving,) = await submit(node, kind="move", dataset_id=made.id, targets=[data.Place(storage_id=place)])
        try:
            for failpoint in ("transfers.noted=kill@3", "transfers.completing=kill", ""):
                member = await members.start(
                    sys.executable,
                    str(Path(__file__).with_name("transfer_node.py")),
                    options,
                    log=tmp_path / "node.log",
                    environment={"STORMBELL_FAILPOINTS": failpoint, "PYTHONPATH": str(SOURCE)},
                )
                if failpoint:
                    async with asyncio.timeout(60):
                        await member.process.wait()
            row = await ended(node, moving, by_asking=True)
        finally:
            await members.end()
        assert (row.state, row.error) == ("complete", None)
        assert (tmp_path / "s3" / "kept" / (row.target_path or "")).read_bytes() == content
        assert [*await replicas(node, made.id)] == [place]
        assert not list((settings.data_directory / "storages" / "local" / "test").rglob("wave.nc"))
        # Of the first death: what was under way, four parts at most. At the second every part was noted.
        assert counting.sent - len(content) <= 4 * PART + MEBIBYTE

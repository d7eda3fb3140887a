"""Data sets as files of this host, wherever their copies are."""

from pathlib import Path

import pytest
from sqlalchemy import update

from app.kernel.node import Node
from app.kernel.settings import Settings
from app.modules import data
from app.modules.data.errors import ContentMissing, StorageFull
from app.modules.data.models import Replica
from app.modules.data.schemas import DataSettings
from tests.conftest import settings_for
from tests.modules.data.buckets import bucket, bucket_server


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = settings_for(tmp_path / "data")
    made.kernel.egress.allow.append("127.0.0.1")
    return made


async def made_of(node: Node, name: str, content: bytes) -> str:
    placed = await data.place_bytes(node, content, "bringing", name)
    async with node.database.transaction() as session:
        return (await data.register(session, placed, name=name)).id


async def test_what_lies_elsewhere_is_brought_for_a_while(running_node: Node, tmp_path: Path) -> None:
    node = running_node
    here, there, spoilt = [await made_of(node, f"{n}.bin", n * 1000) for n in (b"h", b"t", b"s")]
    (tmp_path / "s3/far").mkdir(parents=True)
    async with bucket_server(tmp_path / "s3") as port:
        far = await bucket(node, port, "far")
        (tmp_path / "s3/far/t").write_bytes(b"t" * 1000)
        (tmp_path / "s3/far/s").write_bytes(b"x" * 1000)
        async with node.database.transaction() as session:
            for dataset_id, key in ((there, "t"), (spoilt, "s")):
                await session.execute(
                    update(Replica).where(Replica.dataset_id == dataset_id).values(storage_id=far, path=key)
                )
        async with data.files_of(node, [here, there]) as files:
            assert files[here].read_bytes() == b"h" * 1000
            assert files[there].read_bytes() == b"t" * 1000
            brought = files[there]
        assert files[here].exists()
        assert not brought.parent.exists()
        with pytest.raises(ContentMissing, match="holds something else"):
            async with data.files_of(node, [spoilt]):
                pass
        node.settings.of(DataSettings).reserve_bytes = 2**62
        with pytest.raises(StorageFull, match="reserve_bytes"):
            async with data.files_of(node, [there]):
                pass
    assert list(brought.parent.parent.iterdir()) == []

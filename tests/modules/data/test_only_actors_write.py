"""The second wall of storages, uploads, collections, links and transfers: who sees one may not therefore write it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.kernel.acting import WRITTEN_BY_ACTORS
from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.kernel.scoping import BelongsTo, Owned

ADA = Principal(user_id="usr_ada", name="Ada", role=Role.RUNNER)
BEN = Principal(user_id="usr_ben", name="Ben", role=Role.RUNNER)
HERS = (
    "INSERT INTO storages (id, name, driver, owner_id) VALUES ('sto_hers', 'hers', 'local', 'usr_ada'),"
    " ('sto_bens', 'bens', 'local', 'usr_ben')",
    "INSERT INTO storage_checks (storage_id, state) VALUES ('sto_hers', 'answers')",
    "INSERT INTO storage_blobs (storage_id, path, content, bytes, sha256) VALUES ('sto_hers', 'a', 'x', 1, 'x')",
    "INSERT INTO datasets (id, name, role, bytes, sha256, blake3, media_type, owner_id)"
    " VALUES ('dst_hers', 'hers', 'wave', 1, repeat('0', 64), repeat('0', 64), 'text/plain', 'usr_ada')",
    "INSERT INTO dataset_links (id, dataset_id, sealed, created_by, expires_at)"
    " VALUES ('lnk_1', 'dst_hers', 'x', 'usr_ada', now())",
    "INSERT INTO uploads (id, name, about, bytes, node_name, expires_at, owner_id)"
    " VALUES ('upl_1', 'hers', '{}', 1, 'local', now(), 'usr_ada')",
    "INSERT INTO collections (id, name, owner_id) VALUES ('col_1', 'hers', 'usr_ada'), ('col_2', 'bens', 'usr_ben')",
    "INSERT INTO collection_members (collection_id, dataset_id, dataset_created_at)"
    " VALUES ('col_1', 'dst_hers', now())",
    "INSERT INTO transfers (id, kind, dataset_id, owner_id) VALUES ('xfr_1', 'copy', 'dst_hers', 'usr_ada')",
    "INSERT INTO transfer_parts (transfer_id, number, \"offset\", bytes, receipt) VALUES ('xfr_1', 0, 0, 1, 'x')",
    # Uploads and collections are offered to nobody; were one shared all the same, it would not be for writing.
    "INSERT INTO shares (object_id, subject_id, level, shared_by) SELECT id, 'usr_ben', 'view', 'usr_ada'"
    " FROM unnest(ARRAY['sto_hers', 'dst_hers', 'upl_1', 'col_1']) AS id",
)
WRITING = (
    "UPDATE storages SET name = 'mine' WHERE id = 'sto_hers'",
    "UPDATE storages SET owner_id = 'usr_ben' WHERE id = 'sto_hers'",
    "DELETE FROM storages WHERE id = 'sto_hers'",
    "UPDATE storage_checks SET state = 'refused'",
    "DELETE FROM storage_checks",
    "INSERT INTO storage_blobs (storage_id, path, content, bytes, sha256) VALUES ('sto_hers', 'b', 'x', 1, 'x')",
    "UPDATE storage_blobs SET content = 'y'",
    "UPDATE storage_blobs SET storage_id = 'sto_bens'",
    "DELETE FROM storage_blobs",
    "UPDATE dataset_links SET expires_at = 'infinity'",
    "UPDATE uploads SET expires_at = 'infinity'",
    "DELETE FROM uploads",
    "UPDATE collections SET owner_id = 'usr_ben' WHERE id = 'col_1'",
    "DELETE FROM collections WHERE id = 'col_1'",
    "UPDATE collection_members SET collection_id = 'col_2'",
    "DELETE FROM collection_members",
    "UPDATE transfers SET state = 'cancelled'",
    "UPDATE transfer_parts SET receipt = 'y'",
    "DELETE FROM transfer_parts",
)


@pytest.fixture
async def shared(node: Node) -> Node:
    """A node where what Ada has is shown to Ben."""
    async with node.database.transaction() as session:
        for statement in HERS:
            await session.execute(text(statement))
    return node


@pytest.mark.security("S6")
async def test_who_may_only_look_writes_nothing_of_storages_and_data_sets(shared: Node) -> None:
    for statement in WRITING:
        async with shared.database.session_of(BEN) as session:
            with pytest.raises(DBAPIError, match="by who may not act"):
                await session.execute(text(statement))


@pytest.mark.security("S6")
async def test_who_was_let_act_and_the_owner_write(shared: Node) -> None:
    async with shared.database.transaction(ADA) as session:
        given = await session.execute(
            text("UPDATE shares SET level = 'act' WHERE object_id IN ('sto_hers', 'dst_hers')")
        )
        assert given.rowcount == 2
    for caller in (BEN, ADA):
        for statement in (
            "UPDATE storages SET name = 'again' WHERE id = 'sto_hers'",
            "UPDATE storage_blobs SET sha256 = 'y'",
            "UPDATE dataset_links SET note = 'y'",
            "UPDATE transfers SET urgency = 'high'",
            "UPDATE transfer_parts SET receipt = 'y'",
        ):
            async with shared.database.transaction(caller) as session:
                assert (await session.execute(text(statement))).rowcount == 1, (caller.name, statement)
    async with shared.database.transaction(ADA) as session:
        # What hangs on it goes with it: the foreign keys' deletions are the schema's owner's.
        for statement in (
            "DELETE FROM uploads",
            "DELETE FROM collections",
            "DELETE FROM storages WHERE name = 'again'",
        ):
            assert (await session.execute(text(statement))).rowcount == 1, statement


def test_every_table_of_data_that_can_be_seen_through_a_share_is_written_by_actors() -> None:
    kinds = [kind for mixin in (Owned, BelongsTo) for kind in mixin.__subclasses__()]
    tables = {kind.__tablename__ for kind in kinds if kind.__module__.startswith("app.modules.data.")}
    assert tables <= WRITTEN_BY_ACTORS.keys()

"""The vault: what it seals is bound to its place, and no key is ever made up for a database that has one."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, LargeBinary, Table, Text, select, text
from sqlalchemy.schema import CreateTable

from app.kernel.errors import StartProblem
from app.kernel.node import Node
from app.kernel.redaction import REDACTED, redact_line
from app.kernel.tables import Base
from app.kernel.vault import SealBroken, VaultKey, VaultLocked, key_of
from app.kernel.vault_file import VaultFileProblem, new_line
from app.main import MODULES
from tests.conftest import settings_for

PLACE: dict[str, Any] = {"table": "drawers", "row_id": "drw_1", "field": "sealed"}


def node_in(directory: Path, url: str, **flags: Any) -> Node:
    return Node(settings_for(directory, **flags), MODULES, url)


def test_what_is_sealed_comes_back(node: Node) -> None:
    sealed = node.vault.seal(b"open sesame", **PLACE)
    assert b"sesame" not in sealed
    assert node.vault.open(sealed, **PLACE) == b"open sesame"
    assert node.vault.seal(b"open sesame", **PLACE) != sealed


@pytest.mark.security("S24")
@pytest.mark.parametrize("other", [{"table": "chests"}, {"row_id": "drw_2"}, {"field": "old"}])
def test_a_value_moved_to_another_place_does_not_open(node: Node, other: dict[str, str]) -> None:
    sealed = node.vault.seal(b"open sesame", **PLACE)
    with pytest.raises(SealBroken):
        node.vault.open(sealed, **(PLACE | other))


@pytest.mark.security("S24")
def test_an_altered_value_does_not_open(node: Node) -> None:
    sealed = node.vault.seal(b"open sesame", **PLACE)
    for index in range(len(sealed)):
        with pytest.raises((SealBroken, VaultLocked)):  # an altered key id names a key nobody knows
            node.vault.open(sealed[:index] + bytes([sealed[index] ^ 1]) + sealed[index + 1 :], **PLACE)


@given(st.binary(max_size=100))
def test_what_was_never_sealed_has_no_key(anything: bytes) -> None:
    if not anything.startswith(b"SBV1"):
        with pytest.raises(SealBroken):
            key_of(anything)


@pytest.mark.security("S24")
async def test_the_key_file_is_made_once_and_for_its_owner_alone(node: Node) -> None:
    path = node.settings.data_directory / "vault.key"
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    await node.vault.unlock()
    assert path.read_bytes() == before
    line = before.splitlines()[-1]
    assert redact_line(b"boot " + line) == f"boot {REDACTED}".encode()
    async with node.database.transaction() as session:
        [row] = (await session.scalars(select(VaultKey))).all()
    assert line.removeprefix(b"sbvault1_") not in row.wrapped + row.file_key.encode()


async def test_processes_that_start_at_once_share_one_key(tmp_path: Path, database_url: str) -> None:
    nodes = [node_in(tmp_path / "data", database_url) for _ in range(5)]
    try:
        await asyncio.gather(*(node.vault.unlock() for node in nodes))
        sealed = nodes[0].vault.seal(b"for all", **PLACE)
        assert {node.vault.open(sealed, **PLACE) for node in nodes} == {b"for all"}
    finally:
        for node in nodes:
            await node.stop()


@pytest.fixture
async def drawers(node: Node) -> AsyncIterator[Table]:
    """A table with a sealed column, and nothing in it."""
    table = Table(
        "drawers",
        Base.metadata,
        Column("id", Text, primary_key=True),
        Column("sealed", LargeBinary, info={"sealed": True}),
    )
    async with node.database.transaction() as session:
        await session.execute(text("SET LOCAL ROLE NONE"))
        await session.execute(CreateTable(table))
    yield table
    Base.metadata.remove(table)


@pytest.mark.security("S24")
@pytest.mark.parametrize("loss", ["gone", "another", "mangled", "open to all"])
async def test_no_start_without_the_key_of_what_is_sealed(
    node: Node, database_url: str, drawers: Table, loss: str
) -> None:
    path = node.settings.data_directory / "vault.key"
    async with node.database.transaction() as session:
        await session.execute(drawers.insert().values(id="drw_1", sealed=node.vault.seal(b"x", **PLACE)))
    spoil(path, loss)
    before = {file: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}
    later = node_in(path.parent, database_url)
    try:
        with pytest.raises(StartProblem) as refusal:
            await later.start()
        assert str(path) in str(refusal.value)
        assert {file: file.read_bytes() for file in path.parent.iterdir() if file.is_file()} == before
        with pytest.raises(VaultLocked):
            later.vault.seal(b"y", **PLACE)
    finally:
        await later.stop()


def spoil(path: Path, loss: str) -> None:
    if loss == "gone":
        path.unlink()
    elif loss == "another":
        path.write_text(new_line())
    elif loss == "mangled":
        path.write_text(path.read_text()[:-5])
    else:
        path.chmod(0o644)


async def test_a_node_without_the_key_works_as_long_as_nothing_is_sealed(
    node: Node, tmp_path: Path, database_url: str
) -> None:
    other = node_in(tmp_path / "other", database_url)
    try:
        await other.vault.unlock()
        assert not (tmp_path / "other/vault.key").exists()
        with pytest.raises(VaultLocked) as refusal:
            other.vault.seal(b"x", **PLACE)
        assert str(tmp_path / "other/vault.key") in str(refusal.value)
        (tmp_path / "other").mkdir(exist_ok=True)
        shutil.copy2(node.settings.data_directory / "vault.key", tmp_path / "other/vault.key")
        await other.vault.unlock()
        assert other.vault.open(node.vault.seal(b"x", **PLACE), **PLACE) == b"x"
    finally:
        await other.stop()


async def test_the_key_as_a_setting(tmp_path: Path, database_url: str) -> None:
    line = new_line().strip()
    first, second = (node_in(tmp_path / name, database_url, **{"vault.key": line}) for name in ("a", "b"))
    try:
        await first.vault.unlock()
        await second.vault.unlock()
        assert second.vault.open(first.vault.seal(b"x", **PLACE), **PLACE) == b"x"
        assert not (tmp_path / "a/vault.key").exists()
        assert line not in str(list(first.settings.rows()))
        with pytest.raises(VaultFileProblem):
            first.vault.file.add()
    finally:
        await first.stop()
        await second.stop()


async def test_another_node_learns_of_a_new_key(node: Node, database_url: str) -> None:
    other = node_in(node.settings.data_directory, database_url)
    try:
        await other.vault.unlock()
        async with node.database.transaction() as session:
            made = await node.vault.add_key(session, lead_seconds=0)
        await node.vault.reload()
        sealed = node.vault.seal(b"new", **PLACE)
        assert key_of(sealed) == made.id
        with pytest.raises(VaultLocked) as refusal:
            other.vault.open(sealed, **PLACE)
        assert refusal.value.retry_after == 1
        await other.vault.reload()
        assert other.vault.open(sealed, **PLACE) == b"new"
    finally:
        await other.stop()


async def test_a_key_with_a_lead_opens_at_once_and_seals_later(node: Node) -> None:
    before = node.vault.current
    async with node.database.transaction() as session:
        await node.vault.add_key(session, lead_seconds=3600)
    await node.vault.reload()
    assert node.vault.current == before


async def test_a_new_file_key(node: Node, database_url: str) -> None:
    sealed = node.vault.seal(b"old", **PLACE)
    path = node.settings.data_directory / "vault.key"
    old = path.read_text().splitlines()[-1]
    added = node.vault.file.add()
    assert path.stat().st_mode & 0o777 == 0o600
    async with node.database.transaction() as session:
        assert await node.vault.rewrap(session) == 1
        assert await node.vault.rewrap(session) == 0
    async with node.database.transaction() as session:
        assert set(await session.scalars(select(VaultKey.file_key))) == {added}
    path.write_text("\n".join(line for line in path.read_text().splitlines() if line != old))
    later = node_in(node.settings.data_directory, database_url)
    try:
        await later.vault.unlock()
        assert later.vault.open(sealed, **PLACE) == b"old"
    finally:
        await later.stop()

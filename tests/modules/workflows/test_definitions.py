"""Definitions are kept by content; a broken one is named with file and line, and the version before stays."""

from pathlib import Path

import pytest

from app.kernel.node import Node
from app.modules.workflows.catalogue import catalogue_of, refresh, start
from app.modules.workflows.definitions import Catalogue, content_version

GOOD = '''
from pydantic import BaseModel
from stormbell import Incident, stage, workflow

class Go(BaseModel):
    pass

@workflow("{name}")
class W:
    @stage
    async def begin(self, incident: Incident, message: Go) -> None:
        """{note}"""
'''


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "workflows"
    folder.mkdir()
    return folder


@pytest.fixture
def catalogue(tmp_path: Path, place: Path) -> Catalogue:
    return Catalogue(store=tmp_path / "definitions", places=[place], atlas=tmp_path)


def write(place: Path, name: str = "ring", note: str = "") -> Path:
    file = place / f"{name}.py"
    file.write_text(GOOD.format(name=name, note=note))
    return file


async def test_a_changed_file_is_a_new_version_and_the_old_one_stays(catalogue: Catalogue, place: Path) -> None:
    write(place)
    (first,), broken = await catalogue.refresh()
    assert broken == []
    assert await catalogue.refresh() == ([], [])
    write(place, note="louder")
    (second,), _ = await catalogue.refresh()
    assert first.version != second.version
    assert catalogue.find("ring") is second
    assert catalogue.find("ring", first.version) is first
    assert content_version(first.directory) == first.version


async def test_an_old_version_loads_again_from_the_store(catalogue: Catalogue, place: Path) -> None:
    write(place)
    (first,), _ = await catalogue.refresh()
    write(place, note="louder")
    restarted = Catalogue(store=catalogue.store, places=[place], atlas=place)
    await restarted.refresh()
    found = restarted.find("ring", first.version)
    assert found is not None
    assert list(found.spec.stages) == ["begin"]
    assert restarted.find("ring", "000000000000") is None


async def test_a_removed_definition_is_out_of_use_and_its_incidents_keep_their_version(
    catalogue: Catalogue, place: Path
) -> None:
    write(place, "good")
    file = write(place)
    await catalogue.refresh()
    version = catalogue.current["ring"].version
    file.unlink()
    await catalogue.refresh()
    assert sorted(catalogue.current) == ["good", "ring"], "an editor may be between removing and writing it"
    await catalogue.refresh()
    assert sorted(catalogue.current) == ["good"]
    assert catalogue.find("ring", version) is not None


async def test_a_removed_definition_stays_away_after_a_restart(running_node: Node) -> None:
    place = running_node.settings.data_directory / "workflows"
    place.mkdir(exist_ok=True)
    file = write(place)
    await refresh(running_node)
    version = catalogue_of(running_node).current["ring"].version
    file.unlink()
    del running_node.registry["workflows.catalogue"]  # what a node that starts anew has not
    await start(running_node)
    assert "ring" not in catalogue_of(running_node).current
    file.write_text("no python")
    del running_node.registry["workflows.catalogue"]
    await start(running_node)
    assert catalogue_of(running_node).current["ring"].version == version


async def test_a_definition_that_cannot_be_read_is_named_and_tried_again(catalogue: Catalogue, place: Path) -> None:
    write(place, "good")
    (place / "ring").mkdir()
    (place / "ring" / "workflow.py").write_text(GOOD.format(name="ring", note=""))
    (place / "ring" / "gone.txt").symlink_to(place / "nowhere")
    loaded, (broken,) = await catalogue.refresh()
    assert [d.spec.name for d in loaded] == ["good"]
    assert "cannot be read" in broken.message
    assert await catalogue.refresh() == ([], [])
    (place / "nowhere").write_text("here")
    (mended,), _ = await catalogue.refresh()
    assert mended.spec.name == "ring"


async def test_a_kept_copy_that_a_power_cut_emptied_is_made_again(catalogue: Catalogue, place: Path) -> None:
    write(place)
    (first,), _ = await catalogue.refresh()
    (first.directory / "workflow.py").write_text("")
    restarted = Catalogue(store=catalogue.store, places=[place], atlas=place)
    (again,), broken = await restarted.refresh()
    assert (again.version, broken) == (first.version, [])
    assert content_version(first.directory) == first.version


async def test_a_folder_may_import_its_own_modules_and_not_its_neighbours(catalogue: Catalogue, place: Path) -> None:
    for name, number in (("one", 1), ("two", 2)):
        folder = place / name
        (folder / "parts").mkdir(parents=True)
        (folder / "parts" / "number.py").write_text(f"NUMBER = {number}\n")
        (folder / "workflow.py").write_text(
            "from .parts import number\n" + GOOD.format(name=name, note="") + f"\nassert number.NUMBER == {number}\n"
        )
    loaded, broken = await catalogue.refresh()
    assert broken == []
    assert sorted(d.spec.name for d in loaded) == ["one", "two"]


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("def broken(:\n", 1, "invalid syntax"),
        ("import nowhere_to_be_found\n", 1, "nowhere_to_be_found"),
        ("x = 1\n\nraise SystemExit(3)\n", 3, "SystemExit"),
        ("x = 1\n", None, "one class marked with @workflow is needed, there are 0"),
        (GOOD.format(name="Not A Name", note=""), 9, "is not a workflow name"),
        (GOOD.format(name="ring", note="").replace("async def", "def"), 11, "must be 'async def'"),
        (GOOD.format(name="ring", note="").replace(", message: Go", ""), 11, "must take (self, incident, message)"),
        (GOOD.format(name="ring", note="").replace("message: Go", "message: int"), 11, "pydantic model"),
        (GOOD.format(name="ring", note="").replace("@stage", "@stage(sends=('x',))"), 11, "which is not a stage"),
    ],
)
async def test_what_is_wrong_is_named_and_the_others_go_on(
    catalogue: Catalogue, place: Path, source: str, line: int | None, words: str
) -> None:
    write(place, "good")
    file = place / "ring.py"
    file.write_text(source)
    loaded, (broken,) = await catalogue.refresh()
    assert [d.spec.name for d in loaded] == ["good"]
    assert (broken.file, broken.line) == (str(file), line)
    assert words in broken.message
    assert await catalogue.refresh() == ([], [])
    write(place)
    (mended,), _ = await catalogue.refresh()
    assert mended.spec.name == "ring"
    assert catalogue.broken == {}


async def test_a_broken_change_leaves_the_version_before_in_use(catalogue: Catalogue, place: Path) -> None:
    write(place)
    (first,), _ = await catalogue.refresh()
    (place / "ring.py").write_text("raise ValueError('no rope')\n")
    _, (broken,) = await catalogue.refresh()
    assert broken.message == "ValueError: no rope"
    assert catalogue.find("ring") is first
    (place / "ring.py").unlink()
    await catalogue.refresh()
    assert catalogue.broken == {}


async def test_after_a_restart_the_last_good_version_is_restored(catalogue: Catalogue, place: Path) -> None:
    write(place)
    (first,), _ = await catalogue.refresh()
    (place / "ring.py").write_text("raise ValueError('no rope')\n")
    restarted = Catalogue(store=catalogue.store, places=[place], atlas=place)
    await restarted.refresh()
    assert restarted.find("ring") is None
    restarted.restore("ring", first.version)
    current = restarted.find("ring")
    assert current is not None
    assert current.version == first.version

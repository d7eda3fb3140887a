"""Drivers are found by file name and by entry point; a broken one is named and takes nothing with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.kernel import drivers
from app.modules.ingest import source

KIND = "ingest.source"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A further folder of source drivers, as a namespace package's second half would be."""
    source.__path__.append(str(tmp_path))
    drivers._places.cache_clear()
    yield tmp_path
    source.__path__.remove(str(tmp_path))
    drivers._places.cache_clear()


def test_the_shipped_ones_are_there_with_their_forms() -> None:
    found = {info.name: info for info in drivers.available(KIND)}
    assert {"push", "http_json"} <= set(found)
    assert found["http_json"].error is None
    assert found["http_json"].settings_schema is not None
    assert "url" in found["http_json"].settings_schema["properties"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import a_library_nobody_has\n", "ModuleNotFoundError: No module named 'a_library_nobody_has'"),
        ("raise RuntimeError('no rope')\n", "RuntimeError: no rope"),
        ("x = (\n", "SyntaxError"),
        ("'''No settings.'''\n", "has no Settings model"),
        (
            "from pydantic import BaseModel\nSEAM_VERSION = 99\nclass Settings(BaseModel): pass\n",
            "was written for seam version 99, this is 1",
        ),
    ],
)
def test_a_broken_one_is_listed_with_its_error_and_the_others_work(folder: Path, code: str, words: str) -> None:
    (folder / "gong.py").write_text(code)
    found = {info.name: info for info in drivers.available(KIND)}
    assert words in (found["gong"].error or "")
    assert found["push"].error is None
    with pytest.raises(drivers.DriverUnavailable, match="gong"):
        drivers.load(KIND, "gong")
    import sys

    sys.modules.pop("app.modules.ingest.source.gong", None)


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(drivers.DriverUnavailable, match=r"there are: .*http_json, .*push"):
        drivers.load(KIND, "carrier_pigeon")

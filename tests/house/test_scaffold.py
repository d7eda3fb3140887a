"""A new room and a new driver start inside the house: placed, formatted, typed, and answering."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import scaffold

ROOT = Path(__file__).parents[2]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the tree to write in."""
    for name in ("src", "tools", "migrations"):
        ignored = shutil.ignore_patterns("__pycache__", "static")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    (tmp_path / "tests" / "modules").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path / "tests")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def run(house: Path, *command: str) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(house / "src"), str(house)])}
    done = subprocess.run(
        [sys.executable, *command], cwd=house, env=environment, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_new_module_keeps_the_contracts_and_answers(house: Path) -> None:
    written = scaffold.new_module(house, "weather", "data")
    scaffold.tidy(written)
    assert '"logging", "weather", "data"' in (house / "pyproject.toml").read_text()
    assert "    logging.module,\n    weather.module,\n    data.module,\n" in (house / "src/app/main.py").read_text()
    run(house, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache")
    run(house, "-m", "ruff", "check", "src/app/modules/weather", "tests/modules/weather", "src/app/main.py")
    run(house, "-m", "ruff", "format", "--check", "src/app/modules/weather", "tests/modules/weather")
    run(house, "-m", "pytest", "-q", "tests/modules/weather")


@pytest.mark.parametrize("kind", scaffold.SEAMS)
def test_a_new_driver_has_every_method_of_its_seam(house: Path, kind: str) -> None:
    written = scaffold.new_driver(house, kind, "newest")
    scaffold.tidy(written)
    run(house, "-m", "ruff", "check", *map(str, written))
    class_name, protocol = scaffold.SEAMS[kind]
    loaded = f"""
from app.kernel import drivers
from app.modules.{kind} import {protocol}
driver = drivers.load({kind!r}, "newest")
wanted = {{name for name in vars({protocol}) if callable(getattr({protocol}, name)) and not name.startswith("_")}}
missing = wanted - set(vars(driver.{class_name}))
assert wanted and not missing, missing
assert driver.probe() == "not written yet"
"""
    run(house, "-c", loaded)


def test_what_cannot_be_written_is_said_in_one_sentence(house: Path) -> None:
    before = (house / "pyproject.toml").read_text(), (house / "src/app/main.py").read_text()
    for name, above, said in (
        ("jobs", "data", "there is a module jobs already"),
        ("weather", "attic", "there is no module attic to be placed above"),
        ("class", "data", "'class' cannot name a Python module"),
        ("../x", "data", "'../x' cannot name a Python module"),
    ):
        with pytest.raises(scaffold.ScaffoldProblem, match=said):
            scaffold.new_module(house, name, above)
    with pytest.raises(scaffold.ScaffoldProblem, match=r"there is no driver kind machines\.cloud"):
        scaffold.new_driver(house, "machines.cloud", "x")
    with pytest.raises(scaffold.ScaffoldProblem, match=r"there is a data\.storage driver local already"):
        scaffold.new_driver(house, "data.storage", "local")
    assert before == ((house / "pyproject.toml").read_text(), (house / "src/app/main.py").read_text())

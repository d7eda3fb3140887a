"""The contracts of the house see each sin. Planted in a copy of the tree, one at a time."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SINS = {
    "a call upwards": (
        "modules/jobs/sin.py",
        "from app.modules import workflows\n",
        "Rooms call downwards only",
    ),
    "the kernel knows a module": (
        "kernel/sin.py",
        "from app.modules import jobs\n",
        "The house has floors",
    ),
    "a module knows the application": (
        "modules/workflows/sin.py",
        "from app.main import MODULES\n",
        "The house has floors",
    ),
    "a room nobody placed": (
        "modules/attic/__init__.py",
        "",
        "Rooms call downwards only",
    ),
    "past a front door": (
        "modules/workflows/sin.py",
        "from app.modules.jobs.models import Job\n",
        "A room is entered by its front door",
    ),
    "past a front door from outside": (
        "cli/sin.py",
        "import app.modules.accounts.tokens\n",
        "A room is entered by its front door",
    ),
    "a service that speaks HTTP": (
        "modules/data/sin.py",
        "def f():\n    from starlette.responses import Response\n",
        "Only routes speak HTTP",
    ),
    "a driver imported": (
        "modules/machines/sin.py",
        "from app.modules.machines.batch import local\n",
        "Drivers are loaded by name, never imported",
    ),
    "drivers that know each other": (
        "modules/ingest/source/sin.py",
        "from app.modules.ingest.source.push import Settings\n",
        "Drivers are loaded by name, never imported",
    ),
}


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the contracts read."""
    copy = tmp_path_factory.mktemp("house")
    ignored = shutil.ignore_patterns("__pycache__", "static", "node_modules")
    for name in ("src", "tools"):
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def broken_contracts(house: Path) -> tuple[set[str], str]:
    """Return the names of the broken contracts and all that was said."""
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", command, "--no-cache"],
        cwd=house,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(house / "src"), str(house)]), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = done.stdout + done.stderr
    broken = {line.removesuffix(" BROKEN") for line in said.splitlines() if line.endswith(" BROKEN")}
    assert (done.returncode == 0) == (not broken), said
    return broken, said


def test_the_house_keeps_its_contracts(house: Path) -> None:
    broken, said = broken_contracts(house)
    assert not broken, said
    assert said.count(" KEPT") == 5


@pytest.mark.parametrize("sin", SINS)
def test_a_sin_is_seen(house: Path, sin: str) -> None:
    name, code, contract = SINS[sin]
    path = house / "src" / "app" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(code)
    try:
        broken, said = broken_contracts(house)
    finally:
        path.unlink()
        if path.name == "__init__.py":
            path.parent.rmdir()
    assert contract in broken, said


def test_an_exception_nobody_needs_is_seen(house: Path) -> None:
    pyproject = house / "pyproject.toml"
    before = pyproject.read_text()
    pyproject.write_text(before.replace('"app.kernel.web_guard"', '"app.kernel.web_guard", "app.kernel.clock"'))
    try:
        broken, said = broken_contracts(house)
    finally:
        pyproject.write_text(before)
    assert broken == {"Only routes speak HTTP"}
    assert "app.kernel.clock is excepted and needs no exception" in said

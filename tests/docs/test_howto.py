"""How-to pages that show commands, done as they say; the example driver is installed as a package from outside."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.conftest import Begin
from tests.docs.transcripts import ROOT, blocks
from tools.live import STORMBELL

HOWTO = ROOT / "docs" / "howto"

pytestmark = pytest.mark.timeout(600)


async def test_a_private_feed_is_refused_and_then_allowed(begin: Begin, feed: str) -> None:
    async with begin("stormbell-data", places={"127.0.0.1:9000": feed}, logged_in=True) as reader:
        await reader.follow(HOWTO / "allow-a-private-feed.md")


async def test_credentials_are_kept_and_the_vaults_key_is_rotated(begin: Begin) -> None:
    async with begin("stormbell-data", logged_in=True) as reader:
        await reader.follow(HOWTO / "keys-and-credentials.md")


async def test_the_tour_of_data_in_the_readme(begin: Begin) -> None:
    async with begin("stormbell-data", logged_in=True) as reader:
        await reader.follow(ROOT / "README.md")
        assert (reader.folder / "back.csv").read_bytes() == (reader.folder / "levels.csv").read_bytes()


async def test_a_driver_from_outside(begin: Begin, feed: str, folder: Path) -> None:
    page = HOWTO / "write-a-driver.md"
    for _, directive, path, _, body in blocks(page.read_text()):
        if directive == "file":
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(body)
    installed = _install(folder / "stormbell-csv", folder / "installed")
    environment = {"PYTHONPATH": str(installed)}
    allow = ("--set", f"egress.allow={feed}")
    async with begin(
        "stormbell-data", *allow, places={"127.0.0.1:9000": feed}, environment=environment, logged_in=True
    ) as reader:
        await reader.follow(page)
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."],
        cwd=folder / "stormbell-csv",
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert tested.returncode == 0, tested.stdout


def _install(package: Path, target: Path) -> Path:
    # As the page does, but into a folder of its own and without asking an index.
    uv = STORMBELL.parent / "uv"
    command = [uv, "pip", "install", "--quiet", "--offline", "--no-deps", "--no-build-isolation"]
    done = subprocess.run(
        [*map(str, command), "--python", sys.executable, "--target", str(target), str(package)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return target

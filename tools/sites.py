"""Installs what the tests need from outside Python, on Debian as root; elsewhere says what will be skipped.

Run: python -m tools.sites
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Need:
    """One program from outside, and what is skipped without it."""

    programs: tuple[str, ...]
    package: str
    without: str

    def is_there(self) -> bool:
        """Say whether any of the programs is found."""
        return any(shutil.which(name) for name in self.programs)


NEEDS = (
    Need(
        ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
        "chromium",
        "the tests of the operator UI in a real browser",
    ),
)


def can_install() -> bool:
    """Say whether packages can be installed without asking anybody."""
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def install(packages: list[str]) -> str | None:
    """Install Debian packages; return what went wrong."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    for attempt in (command, ["apt-get", "update"], command):  # the lists of a fresh machine are empty
        done = subprocess.run(attempt, env=environment, capture_output=True, text=True, check=False)
        if done.returncode == 0 and attempt is command:
            return None
    return (done.stderr.strip().splitlines() or ["apt-get failed"])[-1]


def main() -> int:
    """Install what is missing, or say what will be skipped. Never fails: the tests skip with their reason."""
    missing = [need for need in NEEDS if not need.is_there()]
    if missing and can_install():
        print(f"sites: installing {', '.join(need.package for need in missing)}", flush=True)
        if (trouble := install([need.package for need in missing])) is not None:
            print(f"sites: {trouble}")
        missing = [need for need in missing if not need.is_there()]
    for need in missing:
        print(f"sites: SKIPPED will be {need.without}: there is no {need.programs[0]}; install {need.package}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

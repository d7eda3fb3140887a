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
    """One program from outside, the Debian packages it comes in, and what is skipped without it."""

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
    Need(("mosquitto", "/usr/sbin/mosquitto"), "mosquitto", "the tests of MQTT sources with a real broker"),
    Need(("sshd", "/usr/sbin/sshd"), "openssh-server", "the tests that log in to a real SSH server"),
    # Never slurm-wlm-emulator: it takes the place of slurmctld and slurmd.
    Need(
        ("slurmctld", "/usr/sbin/slurmctld"),
        "munge slurm-wlm slurm-wlm-basic-plugins",
        "the tests of Slurm with a real cluster",
    ),
    Need(
        ("slurmdbd", "/usr/sbin/slurmdbd"),
        "slurmdbd slurm-wlm-mysql-plugin mariadb-server",
        "the tests of Slurm with its accounting",
    ),
    Need(
        ("slurmrestd", "/usr/sbin/slurmrestd"),
        "slurmrestd slurm-wlm-jwt-plugin",
        "the tests of Slurm by its REST interface",
    ),
    Need(
        ("sge_qmaster", "/usr/sbin/sge_qmaster"),
        "gridengine-master gridengine-exec gridengine-client",
        "the tests of Grid Engine",
    ),
    Need(("faketime",), "faketime", "the tests of nodes whose clocks are wrong"),
    Need(("dockerd", "/usr/sbin/dockerd"), "docker.io busybox-static", "the tests of runs in Docker's containers"),
)


def can_install() -> bool:
    """Say whether packages can be installed without asking anybody."""
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def install(packages: list[str]) -> str | None:
    """Install Debian packages; return what went wrong."""
    # In runlevel 1 no package starts its service: the tests start their own, on ports of their own.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
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
        if (trouble := install([name for need in missing for name in need.package.split()])) is not None:
            print(f"sites: {trouble}")
        missing = [need for need in missing if not need.is_there()]
    for need in missing:
        print(f"sites: SKIPPED will be {need.without}: there is no {need.programs[0]}; install {need.package}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

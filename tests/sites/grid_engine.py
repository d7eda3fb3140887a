"""A real Grid Engine 8.1.9 on loopback: its master and one host that runs jobs. Needs root and Debian's packages.

There is one to a machine, in /var/lib/gridengine, so one session at a time uses it.
"""

import fcntl
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path("/var/lib/gridengine")
_COMMON = ROOT / "default" / "common"
ENVIRONMENT = {"SGE_ROOT": str(ROOT), "SGE_CELL": "default", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
_HOST = """hostname localhost
load_scaling NONE
complex_values slots={cores}
user_lists NONE
xuser_lists NONE
projects NONE
xprojects NONE
usage_scaling NONE
report_variables NONE
"""
_GROUP = "group_name @allhosts\nhostlist localhost\n"
_PE = """pe_name smp
slots 999
user_lists NONE
xuser_lists NONE
start_proc_args NONE
stop_proc_args NONE
allocation_rule $pe_slots
control_slaves FALSE
job_is_first_task TRUE
urgency_slots min
accounting_summary FALSE
qsort_args NONE
"""
_QUEUE = {
    "qname": "main.q",
    "hostlist": "@allhosts",
    "load_thresholds": "NONE",
    "shell_start_mode": "unix_behavior",
    "pe_list": "smp",
}
_SCHEDULER = {"schedule_interval": "0:0:1", "flush_submit_sec": "1", "flush_finish_sec": "1"}
_REPORTING = (
    "accounting=true reporting=false flush_time=00:00:01 accounting_flush_time=00:00:01 joblog=false sharelog=00:00:00"
)


def missing() -> str | None:
    """Say why there can be none here."""
    if os.geteuid() != 0:
        return "Grid Engine is started as root only"
    if not (shutil.which("sge_qmaster", path="/usr/sbin") and shutil.which("sge_execd", path="/usr/sbin")):
        return "Grid Engine is not installed (python -m tools.sites)"
    return None


@contextmanager
def grid_engine(folder: Path, *, cores: int = 2) -> Iterator[None]:
    """Run it until left."""
    with Path("/run/stormbell-grid-engine.lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        aliases, name = _COMMON / "host_aliases", socket.gethostname()
        if f"{name} localhost" not in (aliases.read_text() if aliases.exists() else ""):
            with aliases.open("a") as file:
                file.write(f"{name} localhost\n")
        (_COMMON / "act_qmaster").write_text(f"{name}\n")
        folder.mkdir(parents=True, exist_ok=True)
        try:
            if _asked("qconf", "-sh") is None:
                _ran("/usr/sbin/sge_qmaster")
                _until(lambda: _asked("qconf", "-sh") is not None, "sge_qmaster does not answer")
            _configure(folder, cores)
            _ran("/usr/sbin/sge_execd")
            _until(_is_up, "sge_execd does not come up")
            yield
        finally:
            _asked("qdel", "-f", "-u", "*")
            _asked("qconf", "-ke", "all")
            _asked("qconf", "-km")
            _until(lambda: _asked("qconf", "-sh") is None, "sge_qmaster does not end")


def answers(yes: bool) -> None:
    """Have its commands find the master, or look for it where there is none; what runs goes on."""
    (_COMMON / "act_qmaster").write_text(f"{socket.gethostname() if yes else 'nowhere.invalid'}\n")


def _configure(folder: Path, cores: int) -> None:
    _asked("qconf", "-ah", "localhost")
    _asked("qconf", "-as", "localhost")
    for options, text in (
        (("-Ae", "-Me"), _HOST.format(cores=cores)),
        (("-Ahgrp", "-Mhgrp"), _GROUP),
        (("-Ap", "-Mp"), _PE),
        (("-Aq", "-Mq"), _changed(_asked("qconf", "-sq") or "", {**_QUEUE, "slots": str(cores)})),
        (("-Msconf",), _changed(_asked("qconf", "-ssconf") or "", _SCHEDULER)),
    ):
        (folder / "given").write_text(text)
        assert any(_asked("qconf", option, str(folder / "given")) is not None for option in options), (options, text)
    # The file's name is the configuration's.
    (folder / "global").write_text(
        _changed(
            _asked("qconf", "-sconf", "global") or "",
            # Nothing runs on a host before it has reported its load: forty seconds, when its first report is missed.
            {"reporting_params": _REPORTING, "load_report_time": "00:00:02", "min_uid": "0", "min_gid": "0"},
        )
    )
    assert _asked("qconf", "-Mconf", str(folder / "global")) is not None


def _changed(text: str, wanted: dict[str, str]) -> str:
    joined = text.replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return "".join(f"{key} {wanted.get(key, rest.strip())}\n" for key, _, rest in (one.partition(" ") for one in lines))


def _is_up() -> bool:
    said = _asked("qstat", "-f") or ""
    return any(line.startswith("main.q@") and line.split()[-1].startswith("lx") for line in said.splitlines())


def _asked(*command: str) -> str | None:
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout if done.returncode == 0 else None


def _ran(*command: str) -> None:
    subprocess.run(
        command,
        env=ENVIRONMENT,
        check=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _until(done: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + 40
    while not done():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.1)

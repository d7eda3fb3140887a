"""A stand-in for PBS 23.06: qsub, qstat, qdel, qselect and pbsnodes that run real processes. No PBS can be installed.

Shapes, texts and exit codes follow OpenPBS: ``pbs_errno & 255``, so an unknown job is 153 and one that has ended 35.
There is no server: every command, and every job that ends, makes one pass over the queue. ``down`` in the folder has
every command fail as if there were none, ``lose`` has the next job vanish after qsub answered.

Run: pbs_commands.py FOLDER CORES COMMAND [ARGUMENT…]
"""

import fcntl
import getpass
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

UNKNOWN, ENDED, UNKNOWN_QUEUE = 153, 35, 170
SERVER = "pbs"
KILL_DELAY_SECONDS = 5.0
QUEUES = ("workq", "urgent")
Jobs = dict[str, dict[str, Any]]


@contextmanager
def jobs_of(folder: Path, cores: int) -> Iterator[Jobs]:
    """Give the jobs, locked, after and before a pass over the queue."""
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        place = folder / "jobs.json"
        jobs: Jobs = json.loads(place.read_text()) if place.exists() else {}
        _pass(folder, jobs, cores)
        yield jobs
        _pass(folder, jobs, cores)
        part = folder / "jobs.part"
        part.write_text(json.dumps(jobs))
        part.replace(place)


def _pass(folder: Path, jobs: Jobs, cores: int) -> None:
    now = time.time()
    for job in jobs.values():
        if job["state"] != "R":
            continue
        code = folder / f"{job['key']}.code"
        if not job.get("killed") and now - job["started"] > job["walltime"]:
            job["comment"] = "=>> PBS: job killed: walltime 2 exceeded limit 1"
            _kill(job)
        elif job.get("killed") and now - job["killed"] > KILL_DELAY_SECONDS:
            _kill(job)  # the first came before its shell had begun the script, which nothing told of it then
        if code.exists() and code.read_text().strip():
            status = int(code.read_text())
            job.update(state="F", status=256 + 15 if job.get("killed") else status, ended=now)
        elif not Path(f"/proc/{job['pid']}").exists():
            job.update(state="F", status=256 + 9, ended=now)
    free = cores - sum(job["cores"] for job in jobs.values() if job["state"] == "R")
    for job in jobs.values():
        if job["state"] != "Q" or not all(jobs.get(one, {}).get("status") == 0 for one in job["after"]):
            continue
        if job["cores"] > cores:
            job["comment"] = "Can Never Run: Insufficient amount of resource: ncpus"
        elif job["cores"] > free:
            job["comment"] = f"Not Running: Insufficient amount of resource: ncpus (R: {job['cores']} A: {free})"
        else:
            free -= job["cores"]
            _begin(folder, job, cores)


def _begin(folder: Path, job: dict[str, Any], cores: int) -> None:
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(Path.home()),
        "PBS_JOBID": job["id"],
        "PBS_JOBNAME": job["name"],
        "PBS_O_WORKDIR": job["directory"],
        **({"PBS_ARRAY_INDEX": str(job["member"])} if job["member"] is not None else {}),
    }
    code = folder / f"{job['key']}.code"
    again = [sys.executable, "-I", "-S", __file__, str(folder), str(cores), "pass"]
    run = f"/bin/bash {job['script']} >>{shlex.quote(job['output'])} 2>&1"
    line = f"trap : TERM; {run}; echo $? >{code}; {shlex.join(again)}"
    process = subprocess.Popen(
        ["/bin/sh", "-c", line],
        env=environment,
        cwd=Path.home(),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    job.update(state="R", pid=process.pid, started=time.time(), comment=f"Job run at {_when(time.time())}")


def _kill(job: dict[str, Any]) -> None:
    job["killed"] = time.time()
    with suppress(ProcessLookupError):
        os.killpg(job["pid"], signal.SIGTERM)


def qsub(folder: Path, cores: int, arguments: list[str]) -> int:
    """Take a script."""
    script = Path(arguments[-1])
    text = script.read_text()
    options: list[tuple[str, str]] = []
    for line in text.splitlines():
        if line.startswith("#PBS "):
            options += _options(line[5:])
    said = dict(options)
    resources = ",".join(value for option, value in options if option == "l")
    if said.get("q", "workq") not in QUEUES:
        return _fail("qsub: Unknown queue", UNKNOWN_QUEUE)
    chunks = re.search(r"select=(\d+).*?ncpus=(\d+)", resources)
    wanted = int(chunks[1]) * int(chunks[2]) if chunks else 1
    clock = re.search(r"walltime=(\d+):(\d+):(\d+)", resources)
    assert clock is not None
    span = re.fullmatch(r"(\d+)-(\d+)(?::(\d+))?", said.get("J", ""))
    members = [None] if span is None else [*range(int(span[1]), int(span[2]) + 1, int(span[3] or 1))]
    with jobs_of(folder, cores) as jobs:
        number = 1 + max((job["number"] for job in jobs.values()), default=0)
        kept = folder / f"{number}.script"
        kept.write_text(text)
        native = f"{number}[].{SERVER}" if span else f"{number}.{SERVER}"
        for member in members:
            own = native if member is None else f"{number}[{member}].{SERVER}"
            jobs[own] = {
                "id": own,
                "number": number,
                "key": f"{number}-{member}",
                "member": member,
                "state": "Q",
                "name": said.get("N", script.name),
                "queue": said.get("q", "workq"),
                "cores": wanted,
                "walltime": sum(int(one) * 60**power for power, one in enumerate(reversed(clock.groups()))),
                "script": str(kept),
                "directory": str(Path.cwd()),
                "owner": getpass.getuser(),
                "output": str(Path.cwd() / said.get("o", "out")),
                "submitted": time.time(),
                "after": said.get("W", "").removeprefix("depend=afterok:").split(":") if "W" in said else [],
            }
        if (folder / "lose").exists():
            (folder / "lose").unlink()
            for own in [one for one, job in jobs.items() if job["number"] == number]:
                del jobs[own]
    print(native)
    return 0


def qstat(folder: Path, cores: int, arguments: list[str]) -> int:
    """Tell of jobs or queues, as JSON."""
    with jobs_of(folder, cores) as jobs:
        pass
    head: dict[str, Any] = {"timestamp": int(time.time()), "pbs_version": "23.06.06", "pbs_server": SERVER}
    if "-Q" in arguments:
        counted = {state: sum(job["state"] == state for job in jobs.values()) for state in "QR"}
        count = f"Transit:0 Queued:{counted['Q']} Held:0 Waiting:0 Running:{counted['R']} Exiting:0 Begun:0 "
        queue = {"queue_type": "Execution", "state_count": count, "enabled": "True", "started": "True"}
        most = {"resources_max": {"walltime": "24:00:00"}}
        print(json.dumps({**head, "Queue": {"workq": {**queue, **most}}}))
        return 0
    ids, code = [one for one in arguments if one[0].isdigit()], 0
    shown: Jobs = {}
    for one in ids or list(jobs):
        number = one.partition(".")[0].partition("[")[0]
        found = [job for job in jobs.values() if job["number"] == int(number) and (one == job["id"] or "[]" in one)]
        if not found:
            code = _fail(f"qstat: Unknown Job Id {one}", UNKNOWN)
        for job in found:
            if job["state"] == "F" and "-x" not in arguments:
                code = _fail(f"qstat: {one} Job has finished, use -x", ENDED) if ids else code
            else:
                shown[job["id"]] = _attributes(job)
    print(json.dumps({**head, **({"Jobs": shown} if shown else {})}, indent=4))
    return code


def qselect(folder: Path, cores: int, arguments: list[str]) -> int:
    """Name the jobs of a name."""
    name = arguments[arguments.index("-N") + 1]
    with jobs_of(folder, cores) as jobs:
        pass
    found = [job for job in jobs.values() if job["name"] == name and ("-x" in arguments or job["state"] != "F")]
    for native in dict.fromkeys(re.sub(r"\[\d+\]", "[]", job["id"]) for job in found):
        print(native)
    return 0


def qdel(folder: Path, cores: int, arguments: list[str]) -> int:
    """End jobs."""
    code = 0
    with jobs_of(folder, cores) as jobs:
        for one in arguments:
            found = [job for job in jobs.values() if job["id"] == one or re.sub(r"\[\d+\]", "[]", job["id"]) == one]
            if not found:
                code = _fail(f"qdel: Unknown Job Id {one}", UNKNOWN)
            elif all(job["state"] == "F" for job in found):
                code = _fail(f"qdel: Job has finished {one}", ENDED)
            for job in found:
                if job["state"] == "R":
                    _kill(job)
                elif job["state"] == "Q":
                    job.update(state="F", status=256 + 15, ended=time.time())
    return code


def pbsnodes(folder: Path, cores: int, _arguments: list[str]) -> int:
    """Tell of the one node there is."""
    with jobs_of(folder, cores) as jobs:
        used = sum(job["cores"] for job in jobs.values() if job["state"] == "R")
    node = {
        "state": "job-busy" if used >= cores else "free",
        "resources_available": {"host": "n1", "mem": "4gb", "ncpus": cores},
        "resources_assigned": {"ncpus": used} if used else {},
    }
    print(json.dumps({"pbs_version": "23.06.06", "nodes": {"n1": node}}))
    return 0


def _attributes(job: dict[str, Any]) -> dict[str, Any]:
    said = {
        "Job_Name": job["name"],
        "Job_Owner": f"{job['owner']}@{SERVER}",
        "job_state": "X" if job["state"] == "F" and job["member"] is not None else job["state"],
        "queue": job["queue"],
        "ctime": _when(job["submitted"]),
        "mtime": _when(job.get("ended", job.get("started", job["submitted"]))),
        "Resource_List": {"ncpus": job["cores"]},
    }
    if "started" in job:
        said["stime"] = _when(job["started"])
    if "comment" in job:
        said["comment"] = job["comment"]
    if "status" in job:
        said["Exit_status"] = job["status"]
    return said


def _options(line: str) -> list[tuple[str, str]]:
    words = shlex.split(line)
    return [(words[0][1], " ".join(words[1:]) or words[0][2:])]


def _when(at: float) -> str:
    return time.strftime("%a %b %e %H:%M:%S %Y", time.localtime(at))


def _fail(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code


def main() -> int:
    """Be the command that is asked for."""
    folder, cores, command, arguments = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:]
    if command == "pass":
        with jobs_of(folder, cores):
            return 0
    if (folder / "down").exists():
        return _fail(f"Connection refused\n{command}: cannot connect to server {SERVER} (errno=111)", 111)
    commands = {"qsub": qsub, "qstat": qstat, "qselect": qselect, "qdel": qdel, "pbsnodes": pbsnodes}
    return commands[command](folder, cores, arguments)


if __name__ == "__main__":
    sys.exit(main())

"""A disk that is full under the log: a real small one, in a mount namespace of the test's own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.kernel.segments import segments_in

SMALL = """
import json, os, sys
from pathlib import Path
import structlog
from app.kernel import logs

MIB = 1024**2
disk = Path(sys.argv[1])
free = lambda: os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
writer = logs.configure("info", disk / "logs", console=False, node_name="n", boot_id="boot_A")
writer.keep(reserve_bytes=2 * MIB, segment_seconds=None)
log = structlog.get_logger("app.x")
number = 0

def write_until_refused():
    global number
    while writer.trouble is None:
        for _ in range(500):
            log.info("record", number=number, pad="p" * 400)
            number += 1
        writer.flush(1)

told = {}
write_until_refused()
told["reserve"] = [writer.trouble, free()]
(disk / "database.wal").write_bytes(b"w" * MIB)  # others can still write: the reserve is theirs
writer.keep(reserve_bytes=0, segment_seconds=None)
assert writer.flush(20)
write_until_refused()
told["full"] = [writer.trouble, free()]
log.error("an error while it is full")
(disk / "database.wal").unlink()
told["flushed"] = writer.flush(20)
told["after"] = [writer.trouble, writer.dropped_count, number]
writer.close()
told["lines"] = [path.read_bytes().decode() for path in sorted((disk / "logs").glob("*.ndjson"))]
print(json.dumps(told))
"""


def mounted(program: str, directory: Path) -> dict[str, object]:
    """Run a program whose argument is a tmpfs of 6 MiB; skip where this user may not mount one."""
    place = directory / "disk"
    place.mkdir()
    script = 'mount -t tmpfs -o size=6m none "$0" && exec "$1" -c "$2" "$0"'
    inside = ["unshare", "--mount", "--map-root-user", "--user", "sh", "-c", script]
    try:
        subprocess.run([*inside, str(place), "/bin/true", ""], check=True, capture_output=True, timeout=20)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this user may not make a mount namespace here")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [*inside, str(place), sys.executable, program],
        capture_output=True, text=True, timeout=120, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not segments_in(place / "logs"), "the mount was not the program's own"
    told: dict[str, object] = json.loads(done.stdout)
    return told


def test_a_full_disk_leaves_the_reserve_loses_nothing_it_kept_and_is_over_when_there_is_room(tmp_path: Path) -> None:
    told = mounted(SMALL, tmp_path)
    mib = 1024**2
    why, free = told["reserve"]  # type: ignore[misc]
    assert why == "log records cannot be written: less than 2 MiB are free on its disk"
    assert mib < free <= 2 * mib, "the free space is looked at once a MiB"
    why, free = told["full"]  # type: ignore[misc]
    assert why == "log records cannot be written: No space left on device"
    assert free < 400_000, "what did not fit as a whole was taken back: a batch of 500 records"
    assert told["flushed"]
    trouble, dropped, count = told["after"]  # type: ignore[misc]
    assert trouble is None
    lines = [line for text in told["lines"] for line in text.splitlines()]  # type: ignore[attr-defined]
    records = [json.loads(line) for line in lines]  # no torn line is left of what was refused
    numbers = [record["data"]["number"] for record in records if record["message"] == "record"]
    assert numbers == sorted(set(numbers)), "each once and in order"
    assert len(numbers) + dropped == count
    assert [record["message"] for record in records].count("an error while it is full") == 1
    told_lost = sum(record["data"]["count"] for record in records if record["message"] == "log records dropped")
    assert told_lost == dropped

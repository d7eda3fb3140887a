"""One run on this host: its limits, its receipt, and that nothing of it is left."""

import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest
from machine_probe import Local, MakeLocal
from run_processes import of_run, runner_of, until

from app.modules.machines.batch import RunRef, _local_runner
from app.modules.machines.transport.local import Settings as TransportSettings
from app.modules.machines.transport.local import Transport

# Leaves behind: a child in the same group, one in a session of its own that ignores TERM, and its child in turn.
LEAK = """
import os, signal, time
if os.fork() == 0:
    time.sleep(300)
if os.fork() == 0:
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if os.fork() == 0:
        os.setsid()
        time.sleep(300)
    time.sleep(300)
open("leaked", "w").close()
"""


async def test_what_a_run_leaves_running_is_ended_with_it(local: Local) -> None:
    started_at = time.monotonic()
    status = await local.run("m1", "python", "-c", LEAK)
    assert status.state == "succeeded"
    assert of_run("m1") == []
    assert time.monotonic() - started_at < 10


async def test_a_cancelled_run_takes_its_leaks_with_it(local: Local) -> None:
    await local.submit("m1", "python", "-c", LEAK + "\ntime.sleep(300)")
    await until(lambda: len(of_run("m1")) == 5)  # runner, command, three leaks
    await local.batch.cancel(RunRef("m1"))
    assert (await local.until("m1")).state == "cancelled"
    assert of_run("m1") == []


async def test_asked_to_end_a_run_may_tidy_up(local: Local) -> None:
    script = "trap 'echo tidied; exit 0' TERM; echo up; while :; do sleep 0.05; done"
    await local.submit("m1", "sh", "-c", script, walltime_seconds=0.5)
    status = await local.until("m1")
    assert status.state == "timed_out"
    assert (local.runs / "m1/stdout").read_text() == "up\ntidied\n"


async def test_a_killed_runner_means_lost_and_nothing_of_the_run_lives_on(local: Local) -> None:
    await local.submit("m1", "python", "-c", LEAK + "\ntime.sleep(300)")
    await until(lambda: len(of_run("m1")) == 5)
    os.kill(runner_of(local.runs, "m1"), signal.SIGKILL)
    status = await local.until("m1")
    assert (status.state, status.interrupted) == ("lost", False)
    assert of_run("m1") == []


async def test_a_second_runner_for_the_same_run_steps_aside(local: Local) -> None:
    await local.submit("m1", "sh", "-c", "echo ran; sleep 0.5")
    await until((local.runs / "m1/started.json").exists)
    limits = ["walltime=5", "grace=1", "cpu=5", "file=0", "memory=0", "nice=0", "output=65536"]
    second = subprocess.run(
        [sys.executable, "-I", "-S", _local_runner.__file__, str(local.runs / "m1"), *limits, "--", "echo", "ran"]
    )
    assert second.returncode == 0
    await local.until("m1")
    assert (local.runs / "m1/stdout").read_text() == "ran\n"


async def test_output_is_bounded_and_its_end_is_what_is_kept(make_local: MakeLocal) -> None:
    local = await make_local(output_bytes=65536)
    status = await local.run("m1", "sh", "-c", "seq 1 200000; echo the end")
    assert status.state == "succeeded"
    kept = sum(path.stat().st_size for path in (local.runs / "m1").glob("stdout*"))
    assert kept <= 65536
    tail = await Transport(TransportSettings()).tail(local.batch.output_path("m1", "stdout"), 40000)
    assert len(tail) == 40000 or len(tail) == kept
    assert tail.endswith(b"199999\n200000\nthe end\n")
    numbers = [int(line) for line in tail.split(b"\n")[1:-2]]
    assert numbers == list(range(numbers[0], 200001))


async def test_a_file_may_not_outgrow_its_limit(make_local: MakeLocal) -> None:
    local = await make_local(file_bytes=1024**2)
    status = await local.run("m1", "sh", "-c", "head -c 3000000 /dev/zero > big")
    assert status.state == "failed"
    assert (local.runs / "m1/work/big").stat().st_size == 1024**2


@pytest.mark.security("S9")
async def test_outputs_are_plain_files_of_the_run_only(local: Local, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    script = (
        f"ln -s {tmp_path}/secret.txt link.txt; ln -s {tmp_path} away; mkfifo pipe.txt; mkdir -p deep/er dir.txt;"
        "echo 1 > a.txt; echo 2 > deep/er/b.txt; printf x > \"$(printf 'new\\nline.txt')\""
    )
    await local.run("m1", "sh", "-c", script, outputs=["*.txt", "away/*.txt", "deep/**/*.txt"])
    receipt = await local.batch.receipt("m1")
    assert receipt is not None
    assert [output.name for output in receipt.outputs] == ["a.txt", "deep/er/b.txt"]
    assert receipt.outputs_omitted == 4  # the link, the file behind the link, the pipe, the name with a line break


async def test_no_core_file_and_a_lower_priority_and_its_own_session(local: Local) -> None:
    script = "import os, resource; print(resource.getrlimit(resource.RLIMIT_CORE), os.nice(0), os.getsid(0))"
    await local.run("m1", "python", "-c", script)
    core, nice, session = (local.runs / "m1/stdout").read_text().replace("(0, 0)", "0").split()
    assert (core, int(nice)) == ("0", os.nice(0) + 5)
    assert int(session) != os.getsid(0)


async def test_a_command_too_long_for_the_kernel_fails_and_lets_the_next_one_run(local: Local) -> None:
    status = await local.run("m1", "echo", "x" * 3_000_000)
    assert status.state == "failed"
    assert "too long" in (status.text or "")
    assert (await local.run("m2", "true")).state == "succeeded"


@pytest.mark.parametrize("count", [24])
async def test_submitting_many_costs_the_server_little(local: Local, count: int) -> None:
    before = time.process_time()
    markers = [f"m{n}" for n in range(count)]
    for marker in markers:
        await local.submit(marker, "true")
    for marker in markers:
        assert (await local.until(marker)).state == "succeeded"
    assert time.process_time() - before < 0.02 * count


async def test_a_runner_starts_its_command_soon(local: Local) -> None:
    """Processor time a runner has used when its command begins: it does not depend on how busy the host is."""
    used = []
    for n in range(9):
        await local.run(f"m{n}", "sh", "-c", "cat /proc/$PPID/schedstat")  # nanoseconds on a processor come first
        used.append(int((local.runs / f"m{n}" / "stdout").read_text().split()[0]) / 1e9)
    assert statistics.median(used) < 0.040

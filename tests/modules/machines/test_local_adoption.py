"""Runs outlive a server that is killed and are taken over; a server that is stopped leaves none behind."""

import asyncio
import json
import os
import signal
from pathlib import Path

from machine_probe import MakeLocal, OpenElsewhere
from run_processes import of_run, runner_of, until

from app.modules.machines.batch import RunRef


async def test_a_run_outlives_kill_nine_and_is_taken_over(
    make_local: MakeLocal, open_elsewhere: OpenElsewhere, tmp_path: Path
) -> None:
    script = "echo begun > begun; while ! test -e go; do sleep 0.02; done; echo done > out"
    server = await open_elsewhere({"m1": ["sh", "-c", script]})
    await until((tmp_path / "local/runs/m1/work/begun").exists)
    server.kill()
    await server.wait()
    local = await make_local()
    runner = runner_of(local.runs, "m1")
    assert (await local.until("m1", frozenset({"running"}))).native_id == "m1"
    assert (await local.batch.load()).running_count == 1
    (local.runs / "m1/work/go").touch()
    status = await local.until("m1")
    assert status.state == "succeeded"
    receipt = await local.batch.receipt("m1")
    assert receipt is not None
    assert "out" in [output.name for output in receipt.outputs]
    assert json.loads((local.runs / "m1/started.json").read_text())["pid"] == runner


async def test_what_ended_while_no_server_was_there_is_known_by_its_receipt(
    make_local: MakeLocal, open_elsewhere: OpenElsewhere, tmp_path: Path
) -> None:
    server = await open_elsewhere({"m1": ["sh", "-c", "sleep 0.3; exit 4"]})
    await until((tmp_path / "local/runs/m1/started.json").exists)
    server.kill()
    await server.wait()
    await until((tmp_path / "local/runs/m1/receipt.json").exists)
    local = await make_local()
    status = await local.until("m1")
    assert (status.state, status.exit_code) == ("failed", 4)


async def test_queued_runs_start_at_the_next_server(make_local: MakeLocal, open_elsewhere: OpenElsewhere) -> None:
    server = await open_elsewhere(
        {f"m{n}": ["sh", "-c", "sleep 0.3; echo x >> ../../tally"] for n in range(4)}, cores=1
    )
    server.kill()
    await server.wait()
    local = await make_local(cores=1)
    for n in range(4):
        assert (await local.until(f"m{n}")).state == "succeeded"
    assert (local.runs / "tally").read_text() == "x\n" * 4


async def test_killed_with_its_server_a_run_is_lost_and_its_leftovers_go(
    make_local: MakeLocal, open_elsewhere: OpenElsewhere, tmp_path: Path
) -> None:
    server = await open_elsewhere({"m1": ["sh", "-c", "setsid sleep 300 & echo up > up; sleep 300"]})
    await until((tmp_path / "local/runs/m1/work/up").exists)
    server.kill()
    await server.wait()
    for pid in of_run("m1"):
        if "sleep" not in Path(f"/proc/{pid}/comm").read_text():
            os.kill(pid, signal.SIGKILL)
    local = await make_local()
    status = await local.until("m1")
    assert (status.state, status.interrupted) == ("lost", False)
    await until(lambda: of_run("m1") == [])


async def test_another_process_with_the_same_number_is_not_taken_for_the_run(make_local: MakeLocal) -> None:
    local = await make_local()
    await local.submit("m1", "sleep", "300")
    await until((local.runs / "m1/started.json").exists)
    await local.batch.cancel(RunRef("m1"))
    await local.until("m1")
    (local.runs / "m1/receipt.json").unlink()
    (local.runs / "m1/cancel").unlink()
    started = json.loads((local.runs / "m1/started.json").read_text())
    # A stranger: this very process, which lives, with another start time.
    (local.runs / "m1/started.json").write_text(json.dumps({**started, "pid": os.getpid()}))
    (status,) = await local.batch.poll([RunRef("m1")])
    assert status.state == "lost"


async def test_after_a_reboot_no_number_counts(make_local: MakeLocal) -> None:
    local = await make_local()
    await local.submit("m1", "sleep", "300")
    await until((local.runs / "m1/started.json").exists)
    started = json.loads((local.runs / "m1/started.json").read_text())
    (local.runs / "m1/started.json").write_text(json.dumps({**started, "boot": "another"}))
    later = await make_local()
    (status,) = await later.batch.poll([RunRef("m1")])
    assert status.state == "lost"
    await until(lambda: of_run("m1") == [])


async def test_a_stopped_server_leaves_no_process_and_its_runs_to_be_run_again(
    make_local: MakeLocal, open_elsewhere: OpenElsewhere, tmp_path: Path
) -> None:
    stubborn = "trap '' TERM; setsid sleep 300 & echo up > up; while :; do sleep 0.1; done"
    server = await open_elsewhere({"m1": ["sh", "-c", stubborn], "m2": ["sleep", "300"], "m3": ["true"]})
    await until((tmp_path / "local/runs/m1/work/up").exists)
    await until(lambda: (tmp_path / "local/runs/m2/started.json").exists())
    server.terminate()
    async with asyncio.timeout(10):
        assert await server.wait() == 0
    assert of_run("m1") + of_run("m2") + of_run("m3") == []
    local = await make_local()
    found = await local.batch.poll([RunRef("m1"), RunRef("m2")])
    assert [(s.state, s.interrupted) for s in found] == [("lost", True), ("lost", True)]
    assert (await local.until("m3")).state == "succeeded"

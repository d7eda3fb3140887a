"""Simulations from being asked for to their results, their repeats and their one callback."""

from pathlib import Path
from typing import Any

import pytest
from simulation_probe import Ended, ended, events_of, said, submit, until

from app.kernel.node import Node
from app.modules import data
from app.modules.simulation import Simulation


@pytest.mark.covers("V42", "V43", "V48")
async def test_a_run_becomes_data_sets_and_one_callback(running_node: Node, callbacks: list[Ended]) -> None:
    node = running_node
    placed = await data.place_bytes(node, b"grid", "test", "grid.bin")
    async with node.database.transaction() as session:
        grid = await data.register(session, placed, name="grid.bin")
    script = (
        "import json; d = json.load(open('in/a.json'))\n"
        "open('out.txt', 'w').write(d['x'] + open('b').read() + open('grid').read())\n"
        "open('more.json', 'w').write('{}'); open('other', 'w').write('not asked for')"
    )
    simulation_id = await submit(
        node,
        ["python", "-c", script],
        files={"in/a.json": {"x": "hello "}, "b": "world ", "grid": grid.id},
        outputs=[{"pattern": "*.txt", "role": "member", "media_type": "text/x-odd"}, {"pattern": "*.json"}],
    )
    (row,) = await ended(node)
    assert (row.state, row.error, row.exit_code) == ("succeeded", None, 0)
    assert (row.machine, row.driver, row.native_id) == ("local", "local", f"{simulation_id}-1")
    (reason,) = row.placement["reasons"]
    assert reason.startswith("local: fits; 0 of 2 cores in use or promised; done in about 1.0 h: ")
    assert row.usage is not None
    assert row.usage["cpu_seconds"] > 0
    assert row.seconds is not None
    assert row.seconds < 10
    async with node.database.sessions() as session:
        more, out = await data.list_of_simulation(session, row.id)
        assert await data.read_bytes(session, node, out.id) == b"hello world grid"
    assert (out.name, out.role, out.media_type, out.stage, out.machine) == (
        "out.txt", "member", "text/x-odd", "test", "local",
    )  # fmt: skip
    assert (more.name, more.role, more.media_type) == ("more.json", None, "application/json")
    await said(callbacks, 1)
    assert callbacks[0].model_dump() == {
        "tag": "run", "simulation_id": row.id, "name": "run", "state": "succeeded", "exit_code": 0, "error": None,
    }  # fmt: skip
    states = [event.data["state"] for event in await events_of(node, row.id) if "state" in event.data]
    assert states == ["queued", "running", "completing", "succeeded"]


async def test_two_dozen_at_once_each_once(running_node: Node, callbacks: list[Ended]) -> None:
    for n in range(24):
        await submit(
            running_node, ["sh", "-c", f"echo {n} > member.txt"], name=f"m{n}", outputs=[{"pattern": "member.txt"}]
        )
    rows = await ended(running_node, count=24)
    assert {row.state for row in rows} == {"succeeded"}
    async with running_node.database.sessions() as session:
        contents = set()
        for row in rows:
            (dataset,) = await data.list_of_simulation(session, row.id)
            contents.add((row.name, await data.read_bytes(session, running_node, dataset.id)))
    assert contents == {(f"m{n}", f"{n}\n".encode()) for n in range(24)}
    await said(callbacks, 24)
    assert sorted(c.tag for c in callbacks) == sorted(f"m{n}" for n in range(24))


async def test_what_fails_is_repeated_and_then_ends_with_its_last_words(
    running_node: Node, callbacks: list[Ended], tmp_path: Path
) -> None:
    script = f"echo x >> {tmp_path}/tally; echo first >&2; echo 'the reason' >&2; exit 7"
    await submit(running_node, ["sh", "-c", script], max_attempts=2)
    (row,) = await ended(running_node)
    assert (row.state, row.exit_code, row.attempt) == ("failed", 7, 2)
    assert row.error == "exit code 7: the reason"
    assert (tmp_path / "tally").read_text() == "x\nx\n"
    await said(callbacks, 1)
    assert (callbacks[0].state, callbacks[0].exit_code, callbacks[0].error) == ("failed", 7, row.error)


async def test_a_repeat_that_succeeds_is_a_success(running_node: Node, callbacks: list[Ended], tmp_path: Path) -> None:
    script = f"test -e {tmp_path}/been && echo ok > out && exit 0; touch {tmp_path}/been; echo bad > out; exit 1"
    await submit(running_node, ["sh", "-c", script], outputs=[{"pattern": "out"}])
    (row,) = await ended(running_node)
    assert (row.state, row.attempt, row.error) == ("succeeded", 2, None)
    assert row.marker == f"{row.id}-2"
    async with running_node.database.sessions() as session:
        (dataset,) = await data.list_of_simulation(session, row.id)
        assert await data.read_bytes(session, running_node, dataset.id) == b"ok\n"


async def test_out_of_time_is_not_tried_again(running_node: Node, callbacks: list[Ended]) -> None:
    await submit(running_node, ["sleep", "60"], resources={"walltime_seconds": 0.3})
    (row,) = await ended(running_node)
    assert (row.state, row.attempt, row.error) == ("timed_out", 1, "it ran longer than its 0.3 s")
    await said(callbacks, 1)
    assert callbacks[0].state == "timed_out"


@pytest.mark.parametrize(
    ("command", "outputs", "error"),
    [
        (["no-such-program"], [], "could not be started: no-such-program: No such file or directory"),
        (["touch", "a.txt"], [{"pattern": "b.*"}], "no file b.* was left behind (there is: nothing)"),
        (["touch", "a.txt"], [{"pattern": "a.*"}, {"pattern": "b.*"}], "(there is: a.txt)"),
        (["touch", ".part-x"], [{"pattern": ".part*"}], "is not a path of plain names"),
    ],
)
async def test_ends_that_are_no_success(
    running_node: Node, callbacks: list[Ended], command: list[str], outputs: list[dict[str, str]], error: str
) -> None:
    await submit(running_node, command, outputs=outputs, max_attempts=1)
    (row,) = await ended(running_node)
    assert row.state == "failed"
    assert error in (row.error or "")
    async with running_node.database.sessions() as session:
        assert await data.list_of_simulation(session, row.id) == []
    await said(callbacks, 1)


@pytest.mark.parametrize(
    ("command", "wanted", "error"),
    [
        (["no-such-program"], {}, "could not be started: no-such-program: No such file or directory"),
        (["/etc/passwd"], {}, "could not be started: /etc/passwd: Permission denied"),
        (["true"], {"template_directory": "/nowhere/at/all"}, "there is no directory /nowhere/at/all"),
    ],
)
async def test_what_would_fail_in_the_same_way_is_not_tried_again(
    running_node: Node, callbacks: list[Ended], command: list[str], wanted: dict[str, Any], error: str
) -> None:
    await submit(running_node, command, **wanted)
    (row,) = await ended(running_node)
    assert (row.state, row.attempt, row.max_attempts) == ("failed", 1, 3)
    assert error in (row.error or "")
    await said(callbacks, 1)


async def test_an_output_that_may_be_missing_may(running_node: Node) -> None:
    await submit(running_node, ["true"], outputs=[{"pattern": "x", "required": False}])
    (row,) = await ended(running_node)
    assert row.state == "succeeded"


async def test_an_unknown_input_fails_and_says_which(running_node: Node, callbacks: list[Ended]) -> None:
    await submit(running_node, ["true"], files={"x": "dst_" + "0" * 26})
    (row,) = await ended(running_node)
    assert (row.state, row.error) == ("failed", f"There is no data set dst_{'0' * 26}")
    await said(callbacks, 1)


async def test_what_no_machine_can_hold_fails_with_the_reasons(running_node: Node, callbacks: list[Ended]) -> None:
    await submit(running_node, ["true"], resources={"cores": 5000})
    (row,) = await ended(running_node)
    assert row.state == "failed"
    assert "local: has 2 cores for runs, 5000 are wanted" in (row.error or "")
    await said(callbacks, 1)


async def test_nothing_non_terminal_is_without_a_reason(running_node: Node, tmp_path: Path) -> None:
    script = f"while ! test -e {tmp_path}/go; do sleep 0.02; done"
    for _ in range(3):
        await submit(running_node, ["sh", "-c", script])

    def seen(rows: list[Simulation]) -> bool:
        for row in rows:
            assert (row.waiting_on is None) == (row.finished_at is not None)
        return sorted(row.state for row in rows) == ["queued", "running", "running"]

    rows = await until(running_node, seen)
    texts = sorted(row.waiting_on["text"] for row in rows if row.waiting_on)
    assert texts == ["runs on local", "runs on local", "waits for a free place on local"]
    (tmp_path / "go").touch()
    assert {row.waiting_on is None for row in await ended(running_node, count=3)} == {True}

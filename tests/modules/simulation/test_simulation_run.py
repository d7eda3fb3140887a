"""Simulations from being asked for to their results."""

from simulation_probe import Ended, ended, submit

from app.kernel.node import Node
from app.modules import data


async def test_a_run_becomes_data_sets_and_one_callback(running_node: Node, callbacks: list[Ended]) -> None:
    script = "import json; d = json.load(open('in/a.json')); open('out.txt', 'w').write(d['x'] + open('b').read())"
    await submit(
        running_node,
        ["python", "-c", script],
        files={"in/a.json": {"x": "hello "}, "b": "world"},
        outputs=[{"pattern": "*.txt", "role": "member"}],
    )
    (row,) = await ended(running_node)
    assert (row.state, row.error, row.exit_code) == ("succeeded", None, 0)
    async with running_node.database.sessions() as session:
        (dataset,) = await data.list_of_simulation(session, row.id)
        assert await data.read_bytes(session, running_node, dataset.id) == b"hello world"

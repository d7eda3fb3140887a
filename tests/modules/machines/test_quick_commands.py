"""A command on the node's own machine that has ended before it is given anything, on the server's event loop."""

import asyncio

import uvloop

from app.modules.machines.transport.local import _feed


def test_a_command_that_is_over_need_not_be_given_anything() -> None:
    async def give() -> None:
        process = await asyncio.create_subprocess_exec("true", stdin=asyncio.subprocess.PIPE)
        assert await process.wait() == 0
        assert process.stdin is not None
        process.stdin.close()
        await _feed(process.stdin, b"x")

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(give())

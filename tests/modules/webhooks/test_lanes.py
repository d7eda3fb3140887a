"""Receivers that hang hold up their own messages, and nobody else's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import pytest
from receivers import Receiver, add_incident, add_webhook, change_state, messages
from sqlalchemy import text

from app.kernel.http import RemoteTimeout
from app.kernel.node import Node
from app.kernel.principal import Role
from app.kernel.settings import Settings
from app.modules import jobs
from app.modules.webhooks.lanes import PLACES, Lanes, ReceiverSilent
from app.modules.webhooks.settings import WebhooksSettings
from conftest import Person


class Hanging:
    """Takes every message and answers none until it is released."""

    def __init__(self) -> None:
        self.released = asyncio.Event()
        self.taken: list[str] = []

    async def __aenter__(self) -> "Hanging":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.released.set()
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while first := await reader.readline():
                length = 0
                while (line := (await reader.readline()).strip()) != b"":
                    name, _, value = line.decode().partition(":")
                    length = int(value) if name.lower() == "content-length" else length
                await reader.readexactly(length)
                self.taken.append(first.decode().split()[1])
                await self.released.wait()
                writer.write(b"HTTP/1.1 204 X\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Receivers have 55 s to answer, in which a test of the rest is over."""
    settings.of(WebhooksSettings).timeout_seconds = 55
    settings.of(WebhooksSettings).per_owner = 100
    settings.kernel.egress.timeout_seconds = 55
    return settings


@pytest.fixture
async def hanging() -> AsyncIterator[Hanging]:
    """Receivers at one port, by their paths."""
    async with Hanging() as opened:
        yield opened


async def test_fifty_receivers_that_hang_do_not_hold_up_the_one_that_answers(
    node: Node, person: Person, receiver: Receiver, hanging: Hanging
) -> None:
    ann = await person("ann", Role.RUNNER)
    await add_incident(node, "inc_fire", "ann")
    hooks = [
        await add_webhook(ann, f"http://127.0.0.1:{hanging.port}/{number}", name=f"h{number}") for number in range(50)
    ]
    await add_webhook(ann, receiver.url, name="sound")
    for _ in range(4):
        await change_state(node, "inc_fire")
    authenticate = node.authenticate
    await node.start()
    node.authenticate = authenticate
    # The time of a single attempt is longer than this wait: nobody made room by coming to its end.
    assert len(await receiver.wait(4, seconds=45)) == 4
    assert len(set(hanging.taken)) >= PLACES // 2
    sql = "SELECT count(*) FROM webhook_deliveries WHERE error LIKE '%within 55 s%' OR error LIKE '%answered%'"
    async with node.database.transaction() as session:
        assert await session.scalar(text(sql)) == 0
    # Once they answer, each gets what it missed.
    hanging.released.set()
    for hook in hooks:  # a test is sent whatever came before, and its answer ends the rest
        assert (await ann.post(f"/api/v1/webhooks/{hook['id']}/test")).status_code == 202
    await _all_delivered(node, 50 * 4 + 4)
    assert len(set(hanging.taken)) == 50
    assert {one["state"] for one in await messages(ann, hooks[7]["id"])} == {"delivered"}


async def _all_delivered(node: Node, count: int) -> None:
    due = "UPDATE jobs SET run_at = now() WHERE kind = 'webhook.deliver' AND run_at > now() AND state <> 'running'"
    done = "SELECT count(*) FROM webhook_deliveries WHERE state = 'delivered' AND event_number IS NOT NULL"
    async with asyncio.timeout(60):
        while True:
            async with node.database.transaction() as session:
                if await session.scalar(text(done)) == count:
                    return
                await session.execute(text(due))
            node.bus.wake_all()
            await asyncio.sleep(0.1)


class Hand:
    """A clock that is turned by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


async def _silent(_: Any = None) -> str:
    raise RemoteTimeout("no answer")


async def _answered() -> str:
    return "taken"


async def test_a_silent_receiver_is_asked_by_one_message_at_a_time_after_rests_that_grow() -> None:
    clock = Hand()
    lanes = Lanes(monotonic=clock)
    with pytest.raises(RemoteTimeout):
        await lanes.send("whk_a", _silent)
    assert await lanes.send("whk_b", _answered) == "taken"
    with pytest.raises(ReceiverSilent, match="asked again in 5 s"):
        await lanes.send("whk_a", _answered)
    clock.now += 6
    asked, may_fail = asyncio.Event(), asyncio.Event()

    async def slowly() -> str:
        asked.set()
        await may_fail.wait()
        raise RemoteTimeout("no answer")

    probe = asyncio.create_task(lanes.send("whk_a", slowly))
    await asked.wait()
    with pytest.raises(ReceiverSilent):
        await lanes.send("whk_a", _answered)
    may_fail.set()
    with pytest.raises(RemoteTimeout):
        await probe
    clock.now += 6
    with pytest.raises(ReceiverSilent, match="asked again in 4 s"):
        await lanes.send("whk_a", _answered)
    assert await lanes.send("whk_a", _answered, now=True) == "taken"  # a person's test is never put off
    assert await lanes.send("whk_a", _answered) == "taken"


async def test_who_waits_longest_gives_way_and_only_while_others_wait() -> None:
    clock = Hand()
    lanes = Lanes(monotonic=clock)
    never = asyncio.Event()
    begun: list[str] = []

    async def hang(name: str) -> str:
        begun.append(name)
        await never.wait()
        return "late"

    async with AsyncExitStack() as stack:
        hung = [asyncio.create_task(lanes.send(f"whk_{n}", partial(hang, str(n)))) for n in range(PLACES)]
        stack.callback(never.set)
        while len(begun) < PLACES:
            await asyncio.sleep(0)
        with pytest.raises(jobs.Snooze):  # no second one of the same while others have none
            await lanes.send("whk_0", _answered)
        clock.now += 60  # as long as they like: nobody else waits
        await asyncio.sleep(0)
        assert not any(task.done() for task in hung)
        assert await lanes.send("whk_sound", _answered) == "taken"
        with pytest.raises(RemoteTimeout, match="others waited"):
            await hung[0]
        assert not any(task.done() for task in hung[1:])
        with pytest.raises(ReceiverSilent):
            await lanes.send("whk_0", _answered)
        never.set()
        assert await asyncio.gather(*hung[1:]) == ["late"] * (PLACES - 1)

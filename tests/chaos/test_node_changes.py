"""Nodes that come, go and die while work goes on: the ring is even again soon, no job is lost or doubled."""

import asyncio
import random
import time

import pytest
from chaos_node import Work
from fleet import SEED, Fleet, Member, size

ROUNDS = size(1, 12)
FLAGS = {"nodes.heartbeat_seconds": 0.3, "jobs.lease_seconds": 1.5}

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(size(600, 1800))]


async def shared(fleet: Fleet, boots: set[str], seconds: float) -> None:
    """Wait until these boots and no others own all sections, evenly."""
    async with asyncio.timeout(seconds), fleet.sql() as connection:
        while True:
            rows = await connection.fetch("SELECT node_id, count(*) FROM node_sections GROUP BY node_id")
            counts = {row["node_id"]: row["count"] for row in rows}
            if (
                counts.keys() == boots
                and sum(counts.values()) == 512
                and max(counts.values()) - min(counts.values()) < 2
            ):
                return sorted(counts.values())
            await asyncio.sleep(0.02)


async def test_rebalancing_under_load_loses_and_doubles_nothing(fleet: Fleet, say) -> None:
    dice = random.Random(SEED)
    feeding = True

    async def feed() -> None:
        while feeding:
            for kind in ("chaos.effect", "chaos.plain"):
                await fleet.enqueue(kind, [Work(seconds=dice.uniform(0, 0.05)) for _ in range(10)])
            await asyncio.sleep(0.1)

    async def join() -> Member:
        member = await fleet.start(home=dice.choice(["one", "two"]), **FLAGS)
        await member.ready()
        return member

    alive = list(await asyncio.gather(join(), join()))
    feeder = asyncio.create_task(feed())
    took: list[float] = []
    moved = 0
    for _ in range(ROUNDS):
        for change in ("join", "leave", "join", "die"):
            if change == "join":
                alive.append(await join())
            else:
                victim = alive.pop(dice.randrange(len(alive)))
                if change == "leave":
                    victim.process.terminate()
                else:
                    victim.process.kill()
                assert await victim.gone(30)
            began = time.monotonic()
            await shared(fleet, {member.boot_id for member in alive}, 30)
            took.append(time.monotonic() - began)
            moved += 1
    feeding = False
    await feeder
    await fleet.drained(60)
    found = await fleet.verdict()
    say(f"{moved} changes of who is there, the ring even again after {max(took):.2f} s at most; {found}")
    found.hold()
    assert set(found.ended) <= {"succeeded", "quarantined"}

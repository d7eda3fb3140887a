"""Nodes come, fall silent, come back and go; the others notice, and share what they leave."""

import asyncio
from typing import Any

import pytest

from app.kernel.node import Node
from app.modules import nodes
from app.modules.nodes import deep_ping, registering
from app.modules.nodes.states import STATES, Standing, moves
from tests.modules.nodes.conftest import Database, MakeNode, until_open

OF_THE_TABLE = {(b.state, a.state) for b, _, a in moves()} | {(None, "initializing")}


class Silence:
    """Keeps a node from beating, as a blocked event loop or a cut cable does."""

    def __init__(self, node: Node) -> None:
        self._node = node
        (self._loop,) = [loop for loop in node.loops if loop.name == "heartbeat"]

    async def __aenter__(self) -> None:
        await self._loop.stop()

    async def __aexit__(self, *_: Any) -> None:
        self._loop.start(self._node.bus, self._node.clock)


async def conforms(database: Database) -> None:
    """Check that everything recorded is of the table, and that each boot's record hangs together."""
    rows = await database.connection.fetch("SELECT * FROM node_transitions ORDER BY node_id, number")
    at: dict[str, Standing | None] = {}
    for row in rows:
        before = at.get(row["node_id"])
        assert (row["old_state"], row["new_state"]) in OF_THE_TABLE
        assert row["new_state"] in STATES
        assert (before.state if before else None) == row["old_state"]
        at[row["node_id"]] = Standing(row["new_state"])
    assert await database.value("SELECT count(*) FROM nodes WHERE state = 'dead' AND ended_at IS NULL") == 0


@pytest.mark.covers("J2", "J5")
async def test_it_registers_is_assigned_and_waits(make_node: MakeNode, database: Database) -> None:
    node = await make_node("heron")
    presence = nodes.presence_of(node)
    assert await database.history(node.boot_id) == [(None, "initializing", None), ("initializing", "waiting", None)]
    assert presence.may_claim()
    assert presence.sections is None  # alone: all of them
    assert await database.owned() == {node.boot_id: 512}
    await node.stop()
    assert not presence.may_claim()
    assert (await database.history(node.boot_id))[-1] == ("waiting", "dead", "terminated")
    assert await database.owned() == {None: 512}  # type: ignore[comparison-overlap]
    await conforms(database)


async def test_working_and_waiting_follow_the_worker_at_most_once_a_second(
    make_node: MakeNode, database: Database
) -> None:
    node = await make_node("heron", **{"nodes.heartbeat_seconds": 60})
    presence = nodes.presence_of(node)
    presence.report(busy=3, slots=8)
    await database.until("SELECT state = 'working' AND busy = 3 AND slots = 8 FROM nodes")
    began = asyncio.get_running_loop().time()
    while asyncio.get_running_loop().time() - began < 1.5:
        for busy in (0, 1):
            presence.report(busy=busy, slots=8)
            await asyncio.sleep(0.005)
    presence.report(busy=0, slots=8)
    await database.until("SELECT state = 'waiting' AND busy = 0 FROM nodes")
    states = [new for _, new, _ in await database.history(node.boot_id)]
    assert states[:3] == ["initializing", "waiting", "working"]
    assert states[-1] == "waiting"
    seconds = asyncio.get_running_loop().time() - began
    assert len(states) <= 7 + seconds  # of some 300 changes; a hint may bring one or two early
    await conforms(database)


@pytest.mark.covers("J6")
async def test_a_silent_node_is_unresponsive_then_dead_and_its_sections_are_shared(
    make_node: MakeNode, database: Database
) -> None:
    watcher, other, silent = [await make_node(name) for name in ("heron", "ibis", "stork")]
    assert nodes.leads(watcher, "watch") == 1
    await database.until(
        "SELECT count(*) = 3 FROM (SELECT 1 FROM node_sections GROUP BY node_id HAVING count(*) > 1) s"
    )
    fenced: list[str] = []
    nodes.presence_of(silent).on_fenced.append(lambda: fenced.append(silent.boot_id))
    boot = silent.boot_id
    generations = await database.value("SELECT max(generation) FROM node_sections WHERE node_id = $1", boot)
    async with Silence(silent):
        await database.until("SELECT reason = 'unresponsive' FROM nodes WHERE id = $1", boot)
        # Frozen: not redistributed before it is dead.
        assert (await database.owned())[boot] == 170
        assert not nodes.presence_of(silent).may_claim()
        assert fenced in ([boot], [])  # the timer may be later here than the watcher is there
        await database.until("SELECT state = 'dead' FROM nodes WHERE id = $1", boot)
        assert await database.owned() == {watcher.boot_id: 256, other.boot_id: 256}
        assert await database.value("SELECT max(generation) FROM node_sections") == generations + 1
    history = await database.history(boot)
    assert history[-2:] == [("waiting", "waiting", "unresponsive"), ("waiting", "dead", "unresponsive")]
    types = await database.column("SELECT type FROM events WHERE subject_id = $1 ORDER BY number", boot)
    assert [t for t in types if t.startswith("node.")][:3] == ["node.joined", "node.unresponsive", "node.dead"]
    # It finds itself dead and goes on as another boot, with a share of the ring.
    await database.until("SELECT count(*) = 1 FROM nodes WHERE name = 'stork' AND state = 'waiting'")
    assert silent.boot_id != boot
    await database.until("SELECT count(*) > 100 FROM node_sections WHERE node_id = $1", silent.boot_id)
    await conforms(database)


async def test_one_that_is_heard_within_the_grace_is_what_it_was(make_node: MakeNode, database: Database) -> None:
    await make_node("heron")
    silent = await make_node("stork")
    boot = silent.boot_id
    async with Silence(silent):
        await database.until("SELECT reason = 'unresponsive' FROM nodes WHERE id = $1", boot)
    await database.until("SELECT reason IS NULL AND state = 'waiting' FROM nodes WHERE id = $1", boot)
    assert silent.boot_id == boot
    await until_open(silent)
    assert (await database.history(boot))[-1] == ("waiting", "waiting", None)
    assert "node.recovered" in await database.column("SELECT type FROM events WHERE subject_id = $1", boot)
    assert (await database.owned())[boot] == 256
    await conforms(database)


async def test_a_lonely_node_goes_on_whatever_happens_to_its_heartbeat(make_node: MakeNode, database: Database) -> None:
    node = await make_node("heron", **{"nodes.heartbeat_seconds": 0.1, "nodes.misses": 2})
    presence = nodes.presence_of(node)
    fenced: list[bool] = []
    presence.on_fenced.append(lambda: fenced.append(True))
    boot = node.boot_id
    async with Silence(node):
        await database.until("SELECT clock_timestamp() - heartbeat_at > interval '1 second' FROM nodes")
        assert presence.may_claim()
        assert nodes.leads(node, "watch") is None  # a lease is a lease: what only a leader may do, it may not
    await database.until("SELECT clock_timestamp() - heartbeat_at < interval '0.1 seconds' FROM nodes")
    assert node.boot_id == boot
    assert not fenced
    assert await database.column("SELECT state FROM nodes") == ["waiting"]


async def test_everybody_is_told_before_it_claims_under_its_new_boot_id(
    make_node: MakeNode, database: Database
) -> None:
    await make_node("heron")
    silent = await make_node("stork")
    presence, old = nodes.presence_of(silent), silent.boot_id
    told: list[tuple[str, str, bool]] = []

    async def told_of(before: str, after: str) -> None:
        told.append((before, after, presence.may_claim()))
        if len(told) == 1:
            raise OSError("the disk is full for a moment")

    presence.on_reborn.append(told_of)
    async with Silence(silent):
        await database.until("SELECT state = 'dead' FROM nodes WHERE id = $1", old)
    async with asyncio.timeout(10):
        while not presence.may_claim():
            await asyncio.sleep(0.01)
    assert told == [(old, silent.boot_id, False), (old, silent.boot_id, False)]


@pytest.mark.covers("W2")
async def test_leaders_follow_one_another_first_come_first_served(make_node: MakeNode, database: Database) -> None:
    first, second, third = [await make_node(name) for name in ("heron", "ibis", "stork")]
    assert nodes.leads(first, "watch") == 1
    turns = "SELECT node_id FROM leader_candidates ORDER BY number"
    assert await database.column(turns) == [first.boot_id, second.boot_id, third.boot_id]
    await first.stop()
    async with asyncio.timeout(10):
        while nodes.leads(second, "watch") is None:
            await asyncio.sleep(0.005)
    handed_over = "SELECT l.since <= n.ended_at FROM leaders l, nodes n WHERE n.id = $1"
    assert await database.value(handed_over, first.boot_id)  # not waited for
    assert nodes.leads(first, "watch") is None
    async with Silence(second):
        # Its lease runs out here no later than there.
        await database.until("SELECT node_id = $1 AND generation = 3 FROM leaders", third.boot_id)
        assert nodes.leads(second, "watch") is None
    await database.until("SELECT count(*) = 2 FROM leader_candidates")
    assert (await database.column(turns))[0] == third.boot_id


async def test_a_role_of_ones_own_is_led_by_one_node(make_node: MakeNode, database: Database) -> None:
    made = [await make_node(name, start=False) for name in ("heron", "ibis")]
    for node in made:
        nodes.stand(node, "accounting")
        await node.start()
    assert nodes.leads(made[0], "accounting") == 1
    assert nodes.leads(made[1], "accounting") is None
    ran: list[str] = []

    async def count() -> float | None:
        ran.append("ran")
        return None

    await nodes.led(made[1], "accounting", count)()
    assert ran == []
    await nodes.led(made[0], "accounting", count)()
    assert ran == ["ran"]


async def test_a_watcher_that_was_replaced_judges_nobody(make_node: MakeNode, database: Database) -> None:
    watcher, other = await make_node("heron"), await make_node("ibis")
    from app.modules.nodes.watching import Watch

    watch = Watch(watcher, watcher.settings.of(nodes.NodeSettings))
    (heartbeat,) = [loop for loop in watcher.loops if loop.name == "heartbeat"]
    await heartbeat.stop()
    async with Silence(other):
        await database.connection.execute(
            "UPDATE nodes SET heartbeat_at = now() - interval '1 hour' WHERE id = $1", other.boot_id
        )
        await watch.look(generation=7)
        assert await database.value("SELECT reason FROM nodes WHERE id = $1", other.boot_id) is None
    heartbeat.start(watcher.bus, watcher.clock)


async def test_old_boots_are_forgotten(make_node: MakeNode, database: Database) -> None:
    await (await make_node("stork")).stop()
    await database.connection.execute("UPDATE nodes SET ended_at = now() - interval '31 days'")
    await database.connection.execute("UPDATE node_transitions SET at = now() - interval '31 days'")
    await make_node("heron")
    await database.until("SELECT count(*) = 0 FROM nodes WHERE name = 'stork'")
    await database.until("SELECT count(*) = 0 FROM node_transitions WHERE at < now() - interval '1 day'")


async def test_one_whose_process_is_known_to_be_gone_is_given_up_at_once(
    make_node: MakeNode, database: Database
) -> None:
    node = await make_node("heron", **{"nodes.heartbeat_seconds": 60})
    gone = await make_node("stork", **{"nodes.heartbeat_seconds": 60})
    assert not await nodes.give_up(node, node.boot_id)
    async with Silence(gone):
        assert await nodes.give_up(node, gone.boot_id)
        assert not await nodes.give_up(node, gone.boot_id)
        assert await database.owned() == {node.boot_id: 512}
        assert (await database.history(gone.boot_id))[-1] == ("waiting", "dead", "process_gone")
        await conforms(database)


async def test_one_that_never_takes_its_sections_is_given_up(make_node: MakeNode, database: Database) -> None:
    node = await make_node("heron")
    await database.connection.execute(
        """INSERT INTO nodes (id, name, roles, host, process_id, version, heartbeat_seconds, heartbeat_at)
        VALUES ('boot_stuck', 'stork', '{worker}', 'here', 1, '0', 0.25, now() + interval '1 hour')"""
    )
    await database.until("SELECT state = 'dead' AND reason = 'unacknowledged' FROM nodes WHERE id = 'boot_stuck'")
    assert await database.owned() == {node.boot_id: 512}


async def test_a_connection_lost_while_it_registers_is_no_reason_not_to_start(
    make_node: MakeNode, database: Database
) -> None:
    """A process that is kept waiting for long while it holds the fleet's lock loses its connection."""
    await database.value("SELECT pg_advisory_lock(7305512)")
    node = await make_node("heron", start=False)
    starting = asyncio.create_task(node.start())
    await database.until("""
        SELECT count(pg_terminate_backend(pid)) > 0 FROM pg_locks JOIN pg_database d ON d.oid = database
        WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
    """)
    await database.value("SELECT pg_advisory_unlock(7305512)")
    await starting
    assert await database.history(node.boot_id) == [(None, "initializing", None), ("initializing", "waiting", None)]


async def test_a_node_whose_registration_was_committed_unheard_starts_all_the_same(
    make_node: MakeNode, database: Database
) -> None:
    node = await make_node("heron", start=False)
    await registering.enter(node, nodes.presence_of(node))  # the connection is lost before its answer: tried again
    await node.start()
    assert await database.column("SELECT state FROM nodes") == ["waiting"]
    assert await database.value("SELECT count(*) FROM events WHERE type = 'node.joined'") == 1


async def test_who_asks_a_node_how_it_is_does_not_beat_for_it(make_node: MakeNode, database: Database) -> None:
    silent, _ = await make_node("heron"), await make_node("stork")
    async with Silence(silent):
        async with asyncio.timeout(20):
            while await database.value("SELECT reason FROM nodes WHERE name = 'heron'") != "unresponsive":
                assert (await deep_ping.deep_ping(silent)).status in ("ok", "partial")
                assert await database.value("SELECT state FROM nodes WHERE name = 'heron'") != "dead"

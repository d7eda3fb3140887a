"""Pausing, draining and resuming the only node there is, from the shell."""

import json

from tests.cli.house import Live, Shell


def test_a_node_is_paused_drained_and_resumed(live: Live, shell: Shell) -> None:
    name = live.ids["node"]
    try:
        done = shell("nodes", "pause", name)
        assert (done.code, done.out.strip()) == (0, f"{name} takes nothing new.")
        done = shell("nodes", "drain", name, "--wait", "--timeout", "30", "--json")
        assert done.code == 0, done.err
        drained = json.loads(done.out)
        assert drained["drain_requested"]
        assert drained["state"] == "paused"
    finally:
        done = shell("nodes", "resume", name, "--json")
    assert done.code == 0
    assert not json.loads(done.out)["pause_requested"]


def test_a_loop_is_stopped_and_started(live: Live, shell: Shell) -> None:
    name = live.ids["node"]
    assert shell("nodes", "loops", name, "--stop", "accounts.sweep").code == 0
    assert shell("nodes", "loops", name, "--start", "accounts.sweep").code == 0
    done = shell("nodes", "loops", name, "--stop", "nodes.heartbeat")
    assert done.code == 5
    assert "loop_essential" in done.err

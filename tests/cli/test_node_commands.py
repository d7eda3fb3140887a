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


def test_a_setting_is_changed_and_given_back(live: Live, shell: Shell) -> None:
    name = live.ids["node"]

    def slots() -> dict[str, object]:
        items = json.loads(shell("nodes", "settings", name, "--json").out)["items"]
        [found] = [item for item in items if item["name"] == "jobs.slots"]
        return dict(found)

    before = slots()
    try:
        done = shell("nodes", "settings", name, "--set", "jobs.slots=7")
        assert (done.code, done.out.strip()) == (0, f"jobs.slots on {name} becomes 7.")
        assert slots()["chosen"] == 7
        assert "jobs.slots" in shell("nodes", "settings", name).out
        done = shell("nodes", "settings", name, "--set", "jobs.slots=lots")
        assert done.code != 0
        assert "node_setting_invalid" in done.err
        assert shell("nodes", "settings", name, "--set", "jobs.slots").code == 2
    finally:
        assert shell("nodes", "settings", name, "--reset", "jobs.slots").code == 0
    assert slots()["chosen"] is before["chosen"] is None

"""``stormbell simulations`` and ``stormbell applications``: asked for, watched, decided about."""

import json
import time
from pathlib import Path
from typing import Any

from tests.cli.house import Live, Shell


def changed(shell: Shell, *arguments: str) -> Any:
    done = shell(*arguments, "--json")
    assert done.code == 0, done
    return done.json


def succeeded(live: Live, simulation_id: str) -> None:
    """Wait until a simulation has succeeded."""
    deadline = time.monotonic() + 60
    while (state := live.api.get(f"/simulations/{simulation_id}").json()["state"]) != "succeeded":
        assert time.monotonic() < deadline, state
        time.sleep(0.05)


def test_a_script_is_rehearsed_submitted_watched_and_run_again(live: Live, shell: Shell, tmp_path: Path) -> None:
    script = tmp_path / "hello.sh"
    script.write_text("echo hello from here\n")
    rehearsed = shell("simulations", "submit", "--script", str(script), "--cores", "1", "--dry-run")
    assert rehearsed.code == 0, rehearsed
    assert "local: fits" in rehearsed.out
    assert "submits  /bin/sh run.sh\n" in rehearsed.out
    nowhere = shell("simulations", "submit", "--script", str(script), "--machine", "nowhere")
    assert (nowhere.code, "no machine named 'nowhere'; there are: local" in nowhere.err) == (3, True), nowhere
    assert shell("simulations", "submit").code == 2
    made = changed(shell, "simulations", "submit", "--script", str(script), "--output", "none*", "--hold")
    (one,) = made["simulations"]
    assert (one["name"], one["hold"]) == ("hello.sh", True)
    assert changed(shell, "simulations", "release", one["id"])["id"] == one["id"]
    refused = shell("simulations", "resolve", one["id"], "lost")
    assert refused.code == 5, refused

    (two,) = shell("simulations", "submit", "--walltime", "60", "--json", "--", "echo", "said").json["simulations"]
    succeeded(live, two["id"])
    watched = shell("simulations", "tail", two["id"])
    assert (watched.code, watched.out) == (0, "said\n")
    assert "succeeded" in watched.err
    lines = shell("simulations", "tail", two["id"], "--json").lines
    assert [line["event"] for line in lines] == ["hello", "output", "end"]
    assert [one["state"] for one in changed(shell, "simulations", "states", two["id"])["items"]][-1] == "succeeded"
    assert changed(shell, "simulations", "refresh", two["id"])["state"] == "succeeded"
    timings = tmp_path / "timings.json"
    timings.write_text('{"solve_seconds": 512.4}')
    reported = changed(shell, "simulations", "report", two["id"], "timings", str(timings))
    assert reported == {"figures": {"timings": {"solve_seconds": 512.4}}}
    assert "solve_seconds" in shell("simulations", "figures", two["id"]).out
    timings.write_text("[1]")
    assert shell("simulations", "report", two["id"], "timings", str(timings)).code == 2
    assert changed(shell, "simulations", "rerun", two["id"])["rerun_of"] == two["id"]
    many = changed(shell, "simulations", "cancel", "--machine", "nowhere", "--dry-run")
    assert many["subject"]["matched"] == 0
    assert shell("simulations", "cancel").code == 2


def test_an_application_is_written_down_and_run(live: Live, shell: Shell, tmp_path: Path) -> None:
    definition: dict[str, Any] = {
        "command": ["echo", "{{word}}"],
        "parameters": {"properties": {"word": {"type": "string"}}, "required": ["word"]},
    }
    file = tmp_path / "echo.json"
    file.write_text(json.dumps(definition))
    made = changed(shell, "applications", "make", "echo", "--definition", f"@{file}")
    assert (made["name"], made["revision"]) == ("echo", 1)
    assert changed(shell, "applications", "list")["items"][0]["id"] == made["id"]
    assert "word: string" in shell("applications", "show", "echo").out
    planned = shell("applications", "run", "echo", "-p", "word=a b", "--dry-run")
    assert "echo 'a b'" in planned.out
    assert shell("applications", "run", "echo").code == 2
    (one,) = changed(shell, "applications", "run", "echo", "-p", "word=a b", "--name", "mine")["simulations"]
    assert (one["name"], one["parameters"]) == ("mine", {"word": "a b"})
    succeeded(live, one["id"])
    assert changed(shell, "simulations", "list", "--application", "echo")["items"][0]["id"] == one["id"]
    again = changed(shell, "applications", "change", "echo", "--definition", json.dumps(definition))
    assert again["revision"] == 2
    assert changed(shell, "applications", "remove", "echo", "--dry-run")["dry_run"] is True
    assert changed(shell, "applications", "remove", "echo")["removed"]["id"] == made["id"]
    assert shell("applications", "show", "echo").code == 3

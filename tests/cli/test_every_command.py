"""Every command there is: documented, with an example, and with --json exactly one document on stdout."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from app.cli import app
from app.cli.app import SECTIONS
from app.modules.workflows import example_directory
from tests.cli.house import Done, Live, Shell, push
from tools.command_docs import TARGET, leaves, page

TREE: Any = typer.main.get_command(app)
LEAVES = dict(leaves(TREE))

Arguments = Callable[[Live, Path], list[str]]

# Commands that only look, with what they are called with.
LOOKING: dict[tuple[str, ...], Arguments] = {
    ("config", "show"): lambda live, path: [],
    ("doctor",): lambda live, path: ["--data", str(path)],
    ("whoami",): lambda live, path: [],
    ("identities", "methods"): lambda live, path: [],
    ("identities", "list"): lambda live, path: ["--all"],
    ("sessions", "list"): lambda live, path: [],
    ("tokens", "list"): lambda live, path: [],
    ("shares", "list"): lambda live, path: ["--by-me"],
    ("users", "list"): lambda live, path: ["--search", "olga", "--role", "owner", "--state", "active"],
    ("users", "show"): lambda live, path: ["olga@example.org"],
    ("users", "totals"): lambda live, path: [],
    ("profile", "show"): lambda live, path: [],
    ("incidents", "list"): lambda live, path: ["--state", "complete", "--workflow", "gauge"],
    ("incidents", "show"): lambda live, path: [live.ids["incident"]],
    ("incidents", "messages"): lambda live, path: [live.ids["incident"]],
    ("incidents", "graph"): lambda live, path: [live.ids["incident"]],
    ("incidents", "forecast"): lambda live, path: [live.ids["incident"]],
    ("incidents", "questions"): lambda live, path: [live.ids["incident"]],
    ("incidents", "publications"): lambda live, path: [live.ids["incident"]],
    ("incidents", "export"): lambda live, path: [live.ids["incident"], str(path / "incident.zip")],
    ("workflows", "graph"): lambda live, path: ["gauge"],
    ("workflows", "list"): lambda live, path: [],
    ("workflows", "test"): lambda live, path: [str(example_directory("simple")), "--fake"],
    ("workflows", "check"): lambda live, path: [str(live.server.data / "workflows" / "gauge.py")],
    ("sources", "list"): lambda live, path: ["--all"],
    ("sources", "show"): lambda live, path: ["readings"],
    ("deliveries", "list"): lambda live, path: ["--source", "readings", "--incident", live.ids["incident"]],
    ("deliveries", "show"): lambda live, path: [live.ids["deliveries"]],
    ("simulations", "list"): lambda live, path: ["--incident", live.ids["incident"], "--machine", "local"],
    ("simulations", "show"): lambda live, path: [live.ids["simulations"]],
    ("simulations", "output"): lambda live, path: [live.ids["simulations"]],
    ("simulations", "figures"): lambda live, path: [live.ids["simulations"]],
    ("datasets", "list"): lambda live, path: ["--role", "level"],
    ("datasets", "show"): lambda live, path: [live.ids["datasets"]],
    ("datasets", "get"): lambda live, path: [live.ids["datasets"], "--output", f"{path}/"],
    ("datasets", "search"): lambda live, path: ["level"],
    ("datasets", "links"): lambda live, path: [live.ids["datasets"]],
    ("datasets", "preview"): lambda live, path: [live.ids["datasets"]],
    ("datasets", "provenance"): lambda live, path: [live.ids["datasets"]],
    ("datasets", "retention"): lambda live, path: [],
    ("datasets", "uploads"): lambda live, path: [],
    ("collections", "list"): lambda live, path: [],
    ("keys", "list"): lambda live, path: [],
    ("health",): lambda live, path: [],
    ("openapi",): lambda live, path: [],
    ("alarms", "list"): lambda live, path: ["--gone"],
    ("audit", "list"): lambda live, path: ["--action", "token_*", "--since", "1h"],
    ("audit", "export"): lambda live, path: [],
    ("audit", "head"): lambda live, path: [],
    ("audit", "verify"): lambda live, path: [],
    ("events",): lambda live, path: ["--incident", live.ids["incident"], "--type", "incident.*"],
    ("logs",): lambda live, path: ["--level", "info", "--since", "1h"],
    ("logs", "nodes"): lambda live, path: [],
    ("jobs", "list"): lambda live, path: ["--state", "succeeded", "--kind", "workflows.stage"],
    ("jobs", "count"): lambda live, path: ["--kind", "workflows.stage"],
    ("jobs", "show"): lambda live, path: [live.ids["jobs"]],
    ("jobs", "attempts"): lambda live, path: [live.ids["jobs"]],
    ("jobs", "kinds"): lambda live, path: [],
    ("schedules", "preview"): lambda live, path: ["--cron", "0 3 * * MON-FRI", "--zone", "Europe/Paris"],
    ("queues", "list"): lambda live, path: [],
    ("queues", "show"): lambda live, path: ["default"],
    ("observe",): lambda live, path: ["--once"],
    ("machines", "list"): lambda live, path: [],
    ("machines", "logins"): lambda live, path: ["local"],
    ("machines", "nodes"): lambda live, path: ["local"],
    ("machines", "queue"): lambda live, path: ["local"],
    ("machines", "waits"): lambda live, path: ["local"],
    ("machines", "pace"): lambda live, path: ["local"],
    ("machines", "history"): lambda live, path: ["local", "--span", "7d"],
    ("machines", "setup-script"): lambda live, path: ["heron", "--driver", "slurm"],
    ("software", "list"): lambda live, path: ["local"],
    ("software", "installs"): lambda live, path: ["local"],
    ("recipes", "list"): lambda live, path: [],
    ("nodes", "list"): lambda live, path: ["--dead"],
    ("nodes", "show"): lambda live, path: [live.ids["node"]],
    ("nodes", "loops"): lambda live, path: [live.ids["node"]],
    ("nodes", "settings"): lambda live, path: [live.ids["node"]],
    ("storages", "list"): lambda live, path: [],
    ("storages", "show"): lambda live, path: ["local"],
    ("storages", "test"): lambda live, path: ["local"],
    ("storages", "checks"): lambda live, path: ["local"],
    ("storages", "changes"): lambda live, path: ["local"],
    ("storages", "files"): lambda live, path: ["local"],
    ("storages", "browse"): lambda live, path: ["local"],
    ("drivers", "list"): lambda live, path: ["--kind", "ingest.source"],
    ("drivers", "show"): lambda live, path: ["credentials.kind", "bearer"],
    ("version",): lambda live, path: [],
    ("completion",): lambda live, path: ["bash"],
}
# Of these there may be none on the server of the tests: people are told so beside stdout.
EMPTY = {
    ("collections", "list"),
    ("datasets", "links"),
    ("datasets", "uploads"),
    ("identities", "list"),
    ("shares", "list"),
    ("incidents", "publications"),
    ("incidents", "questions"),
    ("machines", "logins"),
    ("machines", "queue"),
    ("machines", "waits"),
    ("recipes", "list"),
    ("sessions", "list"),
    ("simulations", "figures"),
    ("software", "installs"),
    ("software", "list"),
}
# Each has a test of its own, below or in the file named.
CHANGING = {
    ("serve",): "test_local.py",
    ("migrate",): "test_local.py",
    ("login",): "test_login.py",
    ("logout",): "test_login.py",
    **{
        ("incidents", verb): "test_incident_commands.py"
        for verb in (
            *("activate", "archive", "retry", "rerun", "cancel-many", "send", "add-data", "answer", "replay"),
            *("publish", "unpublish"),
        )
    },
    ("workflows", "exercise"): "test_incident_commands.py",
    **{("storages", verb): "test_storage_commands.py" for verb in ("add", "change", "remove", "get", "put", "rm")},
    **{("datasets", verb): "test_storage_commands.py" for verb in ("archive", "activate", "forget")},
    ("collections", "change"): "test_storage_commands.py",
    ("incidents", "watch"): "test_following.py",
    ("incidents", "open"): "",
    ("incidents", "cancel"): "",
    ("simulations", "cancel"): "",
    **{
        ("simulations", verb): "test_simulation_commands.py"
        for verb in ("submit", "release", "rerun", "refresh", "resolve", "report", "states", "tail")
    },
    **{
        ("applications", verb): "test_simulation_commands.py"
        for verb in ("list", "show", "make", "change", "remove", "run")
    },
    ("jobs", "cancel"): "",
    ("jobs", "submit"): "test_job_commands.py",
    ("jobs", "retry"): "test_job_commands.py",
    ("jobs", "delete"): "test_job_commands.py",
    ("jobs", "watch"): "test_job_commands.py",
    ("schedules", "list"): "test_job_commands.py",
    ("schedules", "show"): "test_job_commands.py",
    ("schedules", "add"): "test_job_commands.py",
    ("schedules", "change"): "test_job_commands.py",
    ("schedules", "pause"): "test_job_commands.py",
    ("schedules", "resume"): "test_job_commands.py",
    ("schedules", "run"): "test_job_commands.py",
    ("schedules", "runs"): "test_job_commands.py",
    ("schedules", "remove"): "test_job_commands.py",
    ("queues", "pause"): "test_job_commands.py",
    ("queues", "resume"): "test_job_commands.py",
    ("queues", "drain"): "test_job_commands.py",
    ("queues", "order"): "test_job_commands.py",
    ("queues", "limits"): "test_job_commands.py",
    ("queues", "limit"): "test_job_commands.py",
    ("queues", "unlimit"): "test_job_commands.py",
    ("batches", "list"): "test_job_commands.py",
    ("batches", "show"): "test_job_commands.py",
    ("batches", "open"): "test_job_commands.py",
    ("batches", "add"): "test_job_commands.py",
    ("batches", "seal"): "test_job_commands.py",
    ("batches", "cancel"): "test_job_commands.py",
    ("sources", "add"): "",
    ("sources", "pause"): "",
    ("sources", "resume"): "",
    ("sources", "remove"): "",
    **{("bindings", verb): "test_ingest_commands.py" for verb in ("list", "add", "pause", "resume", "test", "remove")},
    ("sources", "key"): "test_ingest_commands.py",
    ("deliveries", "raw"): "test_ingest_commands.py",
    ("credentials", "list"): "test_credential_commands.py",
    ("credentials", "show"): "test_credential_commands.py",
    ("credentials", "add"): "test_credential_commands.py",
    ("credentials", "change"): "test_credential_commands.py",
    ("credentials", "replace"): "test_credential_commands.py",
    ("credentials", "connect"): "test_credential_commands.py",
    ("credentials", "test"): "test_credential_commands.py",
    ("credentials", "uses"): "test_credential_commands.py",
    ("credentials", "sign"): "test_credential_commands.py",
    ("credentials", "remove"): "test_credential_commands.py",
    ("keys", "rotate"): "test_credential_commands.py",
    ("keys", "renew"): "test_credential_commands.py",
    ("deliveries", "replay"): "",
    ("deliveries", "push"): "",
    **{
        ("machines", verb): "test_machine_commands.py"
        for verb in (
            *("show", "add", "probe", "change", "remove", "enable", "disable", "keys", "trust", "maintain"),
            *("files", "get", "put", "mkdir", "mv", "cp", "rm", "run"),
        )
    },
    **{
        ("software", verb): "test_software_commands.py"
        for verb in ("declare", "probe", "check", "remove", "install", "log", "cancel")
    },
    **{("recipes", verb): "test_software_commands.py" for verb in ("show", "make", "remove")},
    ("machines", "answer"): "test_machine_login_commands.py",
    ("machines", "cordon"): "",
    ("machines", "uncordon"): "",
    ("nodes", "pause"): "test_node_commands.py",
    ("nodes", "resume"): "test_node_commands.py",
    ("nodes", "drain"): "test_node_commands.py",
    ("nodes", "enroll"): "tests/modules/nodes/test_enrolment.py",
    ("nodes", "revoke"): "tests/modules/nodes/test_enrolment.py",
    ("alarms", "ack"): "",
    ("alarms", "shelve"): "",
    ("users", "add"): "test_people_commands.py",
    ("users", "change"): "test_people_commands.py",
    ("users", "allow"): "test_people_commands.py",
    ("users", "forbid"): "test_people_commands.py",
    ("users", "approve"): "test_people_commands.py",
    ("users", "password"): "test_people_commands.py",
    ("users", "delete"): "test_people_commands.py",
    ("users", "logins"): "test_people_commands.py",
    ("users", "export"): "test_people_commands.py",
    ("users", "import"): "test_people_commands.py",
    ("profile", "rename"): "test_people_commands.py",
    ("profile", "email"): "test_people_commands.py",
    ("profile", "password"): "test_people_commands.py",
    ("profile", "logins"): "test_people_commands.py",
    ("profile", "export"): "test_people_commands.py",
    ("profile", "delete"): "test_people_commands.py",
    ("invitations", "list"): "test_people_commands.py",
    ("invitations", "create"): "test_people_commands.py",
    ("invitations", "send"): "test_people_commands.py",
    ("invitations", "revoke"): "test_people_commands.py",
    ("allocations", "list"): "test_people_commands.py",
    ("allocations", "show"): "test_people_commands.py",
    ("allocations", "grant"): "test_people_commands.py",
    ("allocations", "change"): "test_people_commands.py",
    ("allocations", "revoke"): "test_people_commands.py",
    **{
        ("datasets", verb): "test_dataset_commands.py"
        for verb in ("put", "fetch", "adopt", "query", "refresh", "change", "tag", "rm", "restore", "link", "unlink")
    },
    **{("datasets", verb): "test_transfer_commands.py" for verb in ("cp", "mv", "verify")},
    **{
        ("transfers", verb): "test_transfer_commands.py"
        for verb in ("list", "show", "watch", "cancel", "retry", "predict", "copy")
    },
    **{("collections", verb): "test_dataset_commands.py" for verb in ("make", "put", "take-out", "remove")},
    ("groups", "list"): "test_sharing_commands.py",
    ("groups", "show"): "test_sharing_commands.py",
    ("shares", "show"): "test_sharing_commands.py",
    ("groups", "create"): "test_sharing_commands.py",
    ("groups", "change"): "test_sharing_commands.py",
    ("groups", "delete"): "test_sharing_commands.py",
    ("groups", "add"): "test_sharing_commands.py",
    ("groups", "remove"): "test_sharing_commands.py",
    ("shares", "set"): "test_sharing_commands.py",
    ("shares", "remove"): "test_sharing_commands.py",
    ("webhooks", "list"): "test_webhook_commands.py",
    ("webhooks", "show"): "test_webhook_commands.py",
    ("webhooks", "add"): "test_webhook_commands.py",
    ("webhooks", "change"): "test_webhook_commands.py",
    ("webhooks", "enable"): "test_webhook_commands.py",
    ("webhooks", "disable"): "test_webhook_commands.py",
    ("webhooks", "rotate"): "test_webhook_commands.py",
    ("webhooks", "test"): "test_webhook_commands.py",
    ("webhooks", "messages"): "test_webhook_commands.py",
    ("webhooks", "message"): "test_webhook_commands.py",
    ("webhooks", "replay"): "test_webhook_commands.py",
    ("webhooks", "remove"): "test_webhook_commands.py",
    ("sources", "expect"): "test_webhook_commands.py",
    ("tokens", "create"): "",
    ("tokens", "revoke"): "",
    ("sessions", "revoke"): "",
    ("sessions", "revoke-all"): "test_login_commands.py",
    ("password", "reset"): "test_login_commands.py",
    ("password", "redeem"): "test_login_commands.py",
    ("identities", "rename"): "test_login_commands.py",
    ("identities", "remove"): "test_login_commands.py",
    ("identities", "send-code"): "test_login_commands.py",
    ("identities", "verify"): "test_login_commands.py",
    ("demo",): "tests/journeys: it computes 24 simulations",
}


def test_every_command_is_tested() -> None:
    assert set(LEAVES) == set(LOOKING) | set(CHANGING)
    assert set(TREE.commands) == {name for names in SECTIONS.values() for name in names}


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_command_has_json_help_and_an_example(path: tuple[str, ...]) -> None:
    command = LEAVES[path]
    options = {name for parameter in command.params for name in parameter.opts}
    assert "--json" in options
    assert f"stormbell {' '.join(path)}" in command.help
    assert "Example: " in command.help
    for parameter in command.params:
        assert parameter.help, parameter.name
    if path[-1] == "list":
        assert {"--limit", "--all"} <= options
    if path[-1] in ("cancel", "remove", "revoke"):
        assert {"--dry-run", "--yes"} <= options


def test_reference_is_what_the_commands_say() -> None:
    assert TARGET.read_text() == page()


@pytest.mark.parametrize("path", LOOKING, ids=" ".join)
def test_json_is_one_document(live: Live, shell: Shell, tmp_path: Path, path: tuple[str, ...]) -> None:
    done = shell(*path, *LOOKING[path](live, tmp_path), "--json")
    assert done.code == 0, done
    assert done.json
    if path[-1] == "list":
        assert done.json["items"] or path in EMPTY


@pytest.mark.parametrize("path", LOOKING, ids=" ".join)
def test_people_read_plain_text_in_a_pipe(live: Live, shell: Shell, tmp_path: Path, path: tuple[str, ...]) -> None:
    done = shell(*path, *LOOKING[path](live, tmp_path))
    assert done.code == 0, done
    assert done.out.strip() or (path in EMPTY and done.err.startswith("No"))
    assert "\x1b" not in done.out + done.err


def changed(shell: Shell, *arguments: str) -> Any:
    """Run a command that changes something; return its document."""
    done: Done = shell(*arguments, "--json")
    assert done.code == 0, done
    return done.json


def test_sources_and_deliveries(live: Live, shell: Shell, tmp_path: Path) -> None:
    added = changed(shell, "sources", "add", "rain", "--setting", "key=/id", "--paused")
    assert (added["settings"]["key"], added["state"]) == ("/id", "paused")
    assert changed(shell, "sources", "resume", "rain")["enabled"] is True
    assert changed(shell, "sources", "pause", "rain")["enabled"] is False
    assert changed(shell, "sources", "remove", added["id"], "--dry-run")["dry_run"] is True
    assert shell("sources", "show", "rain").code == 0
    assert changed(shell, "sources", "remove", "rain")["removed"]["name"] == "rain"
    assert shell("sources", "show", "rain").code == 3

    lines = tmp_path / "two.ndjson"
    lines.write_text('{"id": "n1", "station": "N", "level_m": 1}\n{"id": "n2", "station": "N", "level_m": 2}\n')
    assert changed(shell, "deliveries", "push", "readings", str(lines))["accepted"] == 2
    done = shell("deliveries", "push", "readings", "--json", stdin='{"id": "n1", "station": "N", "level_m": 1}')
    assert done.json["duplicates"] == 1
    assert changed(shell, "deliveries", "replay", live.ids["deliveries"])["id"] == live.ids["deliveries"]


def test_incident_opened_and_waited_for(shell: Shell) -> None:
    message = '{"level_m": 2.5}'
    opened = changed(shell, "incidents", "open", "gauge", "assess", "--message", message, "--name", "Drill", "--wait")
    assert (opened["name"], opened["state"], opened["simulations_done"]) == ("Drill", "complete", 2)


def test_cancelling(live: Live, shell: Shell, running: dict[str, str]) -> None:
    rehearsed = changed(shell, "simulations", "cancel", running["simulation"], "--dry-run")
    assert rehearsed["subject"]["state"] == "running"
    assert changed(shell, "simulations", "cancel", running["simulation"])["id"] == running["simulation"]
    assert "Would cancel" in shell("incidents", "cancel", running["incident"], "--dry-run").out
    ended = changed(shell, "incidents", "cancel", running["incident"], "--reason", "drill", "--wait", "--timeout", "60")
    assert ended["state"] == "cancelled"
    cancelled = changed(shell, "audit", "list", "--object", running["incident"], "--action", "incident_cancel")
    assert [one["outcome"] for one in cancelled["items"]] == ["done"], "a rehearsal is no deed"
    # What would be refused is refused in a rehearsal, too.
    ended_ones = (
        ("incidents", running["incident"]),
        ("simulations", running["simulation"]),
        ("jobs", live.ids["jobs"]),
    )
    for noun, one in ended_ones:
        assert [shell(noun, "cancel", one, *rehearsal).code for rehearsal in (["--dry-run"], [])] == [5, 5], noun


def test_machines_and_alarms(live: Live, shell: Shell) -> None:
    assert changed(shell, "machines", "cordon", "local")["cordoned"] is True
    assert changed(shell, "machines", "uncordon", "local")["cordoned"] is False
    alarm = live.ids["alarm"]
    assert changed(shell, "alarms", "ack", alarm, "--note", "seen")["note"] == "seen"
    assert changed(shell, "alarms", "ack", alarm, "--undo")["state"] == "new"
    assert changed(shell, "alarms", "shelve", alarm, "--for", "30m", "--reason", "drill")["state"] == "shelved"
    assert changed(shell, "alarms", "shelve", alarm, "--undo")["state"] == "new"


def test_tokens_and_sessions(live: Live, shell: Shell) -> None:
    made = changed(shell, "tokens", "create", "robot", "--scope", "delivery_push", "--days", "1")
    assert made["scopes"] == ["delivery_push"]
    assert shell.having(STORMBELL_TOKEN=made["token"])("incidents", "list").code == 4
    refused = shell("tokens", "revoke", made["token"])
    assert (refused.code, made["token"] in refused.err) == (2, False)
    assert changed(shell, "tokens", "revoke", "robot")["revoked"]["id"] == made["id"]
    assert shell("tokens", "revoke", "robot").code == 3
    session = live.api.get("/sessions").json()["items"][0]["id"]
    assert changed(shell, "sessions", "revoke", session)["revoked"]["id"] == session
    assert shell("sessions", "revoke", session).code == 3


def test_lists_follow_cursors(live: Live, shell: Shell) -> None:
    for number in range(3):
        push(live, {"id": f"page{number}", "station": "P", "level_m": 1})
    short = shell("deliveries", "list", "--limit", "2", "--json")
    assert len(short.json["items"]) == 2
    assert short.json["next_cursor"]
    everything = shell("deliveries", "ls", "--all", "--json").json
    assert len(everything["items"]) > 3
    assert everything["next_cursor"] is None
    assert "--all" in shell("deliveries", "list", "--limit", "2").err

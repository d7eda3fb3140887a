"""``stormbell webhooks``, and what is expected of sources."""

from typing import Any

from tests.cli.house import Done, Live, Shell

HOOK = "http://10.255.255.1:9999/hook"  # where nobody allows anything: the server is shared, and others allow loopback


def changed(shell: Shell, *arguments: str) -> Any:
    done: Done = shell(*arguments, "--json")
    assert done.code == 0, done
    return done.json


def test_a_webhook_from_its_first_day_to_its_last(live: Live, shell: Shell) -> None:
    made = changed(shell, "webhooks", "add", "ops", HOOK, "--event", "incident.*")
    assert made["secret"].startswith("whsec_")
    assert [one["id"] for one in changed(shell, "webhooks", "list")["items"]] == [made["id"]]
    shown = shell("webhooks", "show", "ops")
    assert "whsec_" not in shown.out
    assert HOOK in shown.out
    after = changed(shell, "webhooks", "change", "ops", "--event", "stage.failed", "--exercises")
    assert (after["events"], after["exercises"]) == (["stage.failed"], True)
    rotated = shell("webhooks", "rotate", "ops", "--overlap-seconds", "60")
    assert rotated.out.startswith("whsec_")
    assert rotated.out.strip() != made["secret"]
    sent = changed(shell, "webhooks", "test", "ops")
    assert shell("jobs", "watch", sent["job_id"], "--json").lines[-1]["state"] == "failed"
    message = changed(shell, "webhooks", "message", sent["id"])
    assert (message["state"], message["attempts"]) == ("failed", 1)
    assert "may not connect" in message["error"]  # a private address nobody allowed
    assert [one["id"] for one in changed(shell, "webhooks", "messages", "ops", "--state", "failed")["items"]] == [
        sent["id"]
    ]
    assert changed(shell, "webhooks", "replay", "ops", "--message", sent["id"])["state"] == "pending"
    assert changed(shell, "webhooks", "disable", "ops")["enabled"] is False
    assert shell("webhooks", "replay", "ops").code == 5
    assert changed(shell, "webhooks", "enable", "ops")["enabled"] is True
    assert "count" in changed(shell, "webhooks", "replay", "ops")
    assert changed(shell, "webhooks", "remove", "ops", "--dry-run")["dry_run"] is True
    assert changed(shell, "webhooks", "remove", "ops", "--yes")["removed"]["id"] == made["id"]
    assert shell("webhooks", "show", "ops").code == 3


def test_something_is_expected_of_a_source(live: Live, shell: Shell) -> None:
    assert changed(shell, "sources", "expect", "readings", "--every", "3600")["every_seconds"] == 3600
    assert "3600" in shell("sources", "expect", "readings").out
    assert changed(shell, "sources", "expect", "readings", "--nothing")["every_seconds"] is None

"""Jobs, schedules, queues and batches on the command line, against a server that runs them."""

from typing import Any

from tests.cli.house import Done, Live, Shell

SOON = '{"milliseconds": 5}'
LONG = '{"milliseconds": 600000}'


def changed(shell: Shell, *arguments: str, **options: Any) -> Any:
    done: Done = shell(*arguments, "--json", **options)
    assert done.code == 0, done
    return done.json


def test_a_job_is_submitted_watched_and_repeated(live: Live, shell: Shell) -> None:
    job = changed(shell, "jobs", "submit", "wait", "--payload", SOON, "--urgency", "high", "--priority", "5", "--wait")
    assert (job["state"], job["urgency"], job["priority"]) == ("succeeded", "high", 5)
    assert job["payload"]["milliseconds"] == 5
    watched = shell("jobs", "watch", job["id"], "--json")
    assert watched.code == 0
    assert watched.lines[-1]["state"] == "succeeded"
    again = changed(shell, "jobs", "retry", job["id"])
    assert again["origin"] == job["id"]
    assert shell("jobs", "watch", again["id"], "--timeout", "30").code == 0
    shown = shell("jobs", "show", again["id"]).out
    assert job["id"] in shown
    assert '{"milliseconds": 5' in shown
    attempts = changed(shell, "jobs", "attempts", job["id"])["items"]
    assert [(a["attempt"], a["outcome"]) for a in attempts] == [(1, "succeeded")]
    assert "succeeded" in shell("jobs", "attempts", job["id"]).out

    first = changed(shell, "jobs", "submit", "wait", "--payload", LONG, "--unique-key", "once")
    second = shell("jobs", "submit", "wait", "--payload", LONG, "--unique-key", "once", "--json")
    assert (second.code, second.json["id"]) == (0, first["id"])
    assert f"No job was made: the unique key once is held, and {first['id']} is the one that has it." in second.err
    assert changed(shell, "jobs", "cancel", first["id"])["id"] == first["id"]
    two = [changed(shell, "jobs", "submit", "wait", "--payload", LONG, "--delay", "1h")["number"] for _ in range(2)]
    named = [str(number) for number in two]
    assert "Would cancel 2 jobs (of the 3 named)." in shell("jobs", "cancel", *named, job["id"], "--dry-run").out
    assert changed(shell, "jobs", "cancel", *named) == {"matched": 2, "done": 2}
    assert changed(shell, "jobs", "delete", *named)["done"] == 2
    assert shell("jobs", "cancel", *named).code == 3
    assert shell("jobs", "cancel", *named, "--kind", "wait").code == 2

    assert "Would delete job" in shell("jobs", "delete", job["id"], "--dry-run").out
    assert changed(shell, "jobs", "delete", str(job["number"])) == {"deleted": job["id"]}
    assert shell("jobs", "show", job["id"]).code == 3
    assert shell("jobs", "submit", "workflows.stage").code == 4
    assert shell("jobs", "submit", "wait", "--payload", "[]").code == 2
    assert "not JSON" in shell("jobs", "submit", "wait", "--payload", "{").err


def test_many_jobs_by_filter(live: Live, shell: Shell) -> None:
    batch = changed(shell, "batches", "open", "many")["id"]
    lines = "\n".join([LONG] * 30)
    added = changed(shell, "batches", "add", batch, "wait", "--queue", "bulk", "--urgency", "low", stdin=lines)
    assert len(added["job_ids"]) == 30
    assert "low, priority 0" in shell("jobs", "show", added["job_ids"][0]).out
    rehearsed = changed(shell, "jobs", "cancel", "--queue", "bulk", "--dry-run")
    assert rehearsed["subject"]["matched"] == 30
    counts = changed(shell, "jobs", "count", "--queue", "bulk")["counts"]
    assert counts["queued"] + counts["running"] == 30
    assert "timed out" in shell("jobs", "count", "--batch", batch).out
    assert "Would cancel 30 jobs (queue bulk)." in shell("jobs", "cancel", "--queue", "bulk", "--dry-run").out
    assert changed(shell, "jobs", "cancel", "--queue", "bulk") == {"matched": 30, "done": 30}
    sealed = changed(shell, "batches", "seal", batch)
    assert sealed["state"] in ("sealed", "finished")
    assert "30" in shell("batches", "show", batch).out
    assert changed(shell, "batches", "show", "many")["id"] == batch
    assert batch in [item["id"] for item in changed(shell, "batches", "list")["items"]]

    ended = f"stormbell jobs list --batch {batch} --state cancelled --json".split()[1:]

    def cancelled() -> bool:
        return len(shell(*ended).json["items"]) == 30

    deadline = 200
    while not cancelled() and deadline:
        deadline -= 1
    assert cancelled()
    done = shell("jobs", "delete", "--batch", batch, "--state", "cancelled")
    assert (done.code, done.out) == (0, "delete: 30 of 30 jobs.\n")
    assert changed(shell, "jobs", "retry", "--batch", batch) == {"matched": 0, "done": 0}
    refused = shell("jobs", "cancel")
    assert refused.code == 2
    assert "--everything" in refused.err
    everything = shell("jobs", "cancel", "--everything", "--dry-run")
    assert "jobs (everything)." in everything.out
    assert shell("jobs", "cancel", "job_x", "--kind", "wait").code == 2

    other = changed(shell, "batches", "open", "gone")["id"]
    changed(shell, "batches", "add", other, "wait", stdin=LONG)
    assert changed(shell, "batches", "cancel", other, "--dry-run")["dry_run"] is True
    assert changed(shell, "batches", "cancel", other)["id"] == other


def test_schedules(live: Live, shell: Shell) -> None:
    added = changed(
        shell,
        *("schedules", "add", "nightly", "wait", "--cron", "0 3 * * *", "--zone", "Europe/Paris"),
        *("--jitter", "5m", "--catch-up", "none", "--payload", SOON, "--paused"),
    )
    assert (added["cron"], added["jitter_seconds"], added["catch_up"], added["enabled"]) == (
        "0 3 * * *",
        300,
        "none",
        False,
    )
    assert changed(shell, "schedules", "resume", "nightly")["enabled"] is True
    assert changed(shell, "schedules", "change", "nightly", "--every", "6h")["interval_seconds"] == 21600
    assert "every 6 h 00 min" in shell("schedules", "show", added["id"]).out
    assert "nightly" in shell("schedules", "list").out
    ways = ("--overlap", "skip", "--queue", "night", "--urgency", "high", "--priority", "5", "--max-attempts", "2")
    steered = changed(shell, "schedules", "change", "nightly", *ways)
    assert [steered[name] for name in ("overlap", "queue", "urgency", "priority", "max_attempts")] == [
        *("skip", "night", "high", 5, 2)
    ]
    assert "choose from allow, skip, wait" in shell("schedules", "change", "nightly", "--overlap", "perhaps").err
    run = changed(shell, "schedules", "run", "nightly")
    assert shell("jobs", "watch", run["job_id"], "--timeout", "30").code == 0
    assert [item["job_id"] for item in changed(shell, "schedules", "runs", "nightly")["items"]] == [run["job_id"]]
    assert [item["id"] for item in changed(shell, "jobs", "list", "--origin", added["id"])["items"]] == [run["job_id"]]
    assert changed(shell, "schedules", "pause", "nightly")["enabled"] is False
    assert len(shell("schedules", "preview", "--cron", "@hourly").out.splitlines()) == 10
    wrong = shell("schedules", "preview", "--cron", "61 * * * *")
    assert wrong.code != 0
    assert "field 1 (minute) is '61'" in wrong.err
    assert changed(shell, "schedules", "remove", "nightly", "--dry-run")["dry_run"] is True
    assert changed(shell, "schedules", "remove", "nightly")["removed"]["name"] == "nightly"
    assert shell("schedules", "show", "nightly").code == 3


def test_queues_and_limits(live: Live, shell: Shell) -> None:
    unknown = shell("queues", "pause", "defalt")
    assert unknown.code == 3
    assert "did you mean 'default'?" in unknown.err
    assert changed(shell, "queues", "order", "slow", "--no-fifo")["state"] == "active"
    assert changed(shell, "queues", "pause", "slow", "--reason", "storage is moved")["state"] == "paused"
    held = changed(shell, "jobs", "submit", "wait", "--queue", "slow", "--payload", SOON)
    assert held["state"] == "queued"
    assert "storage is moved" in shell("queues", "show", "slow").out
    assert changed(shell, "queues", "resume", "slow")["state"] == "active"
    assert shell("jobs", "watch", held["id"], "--timeout", "30").code == 0
    assert changed(shell, "queues", "drain", "slow")["state"] == "draining"
    assert shell("jobs", "submit", "wait", "--queue", "slow").code == 5
    assert changed(shell, "queues", "resume", "slow")["state"] == "active"
    assert changed(shell, "queues", "order", "slow", "--fifo")["fifo"] is True

    limited = changed(shell, "queues", "limit", "slow", "--at-once", "2", "--rate", "10", "--per", "1m")
    assert (limited["concurrency"], limited["rate"], limited["period_seconds"]) == (2, 10, 60)
    assert "2 at once, 10 in 1 min 00 s" in shell("queues", "limits").out
    assert shell("queues", "limit", "slow").code == 2
    assert changed(shell, "queues", "unlimit", "slow", "--dry-run")["dry_run"] is True
    assert changed(shell, "queues", "unlimit", "slow")["removed"] == {"scope": "queue", "name": "slow"}

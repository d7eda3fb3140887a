"""What a node keeps about its work, read back by one person: state, jobs, logs, metrics and configuration."""

import json

import httpx
import pytest

from tests.cli.house import Live, Shell


@pytest.mark.covers("J1")
def test_state_jobs_logs_metrics_and_configuration(live: Live, shell: Shell) -> None:
    name = live.ids["node"]
    [node] = [one for one in json.loads(shell("nodes", "list", "--json").out)["items"] if one["name"] == name]
    assert node["state"] in ("waiting", "working", "paused")
    jobs = json.loads(shell("jobs", "list", "--state", "succeeded", "--limit", "1", "--json").out)["items"]
    assert jobs[0]["state"] == "succeeded"
    records = json.loads(shell("logs", "--node", name, "--until", "2100-01-01T00:00Z", "--limit", "5", "--json").out)
    assert {record["node"] for record in records["items"]} == {name}
    answer = httpx.get(f"{live.server.url}/metrics", headers={"Authorization": f"Bearer {live.token}"})
    assert "stormbell_" in answer.raise_for_status().text
    settings = json.loads(shell("config", "show", "--json").out)
    assert "jobs" in json.dumps(settings)

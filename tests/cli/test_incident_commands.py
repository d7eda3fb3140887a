"""Incidents on the command line: started later, given files, tried again, run again, published, archived, replayed."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.house import Done, Live, Shell, wait_for

BELL = """
from pydantic import BaseModel, Field
from stormbell import Answered, Incident, ManualData, stage, workflow


class Ring(BaseModel):
    how: str = "softly"


class Rope(BaseModel):
    rope_m: float = Field(5, le=50)


@workflow("bell", parameters=Rope, manual_data="hear", test="probe")
class Bell:
    class State(BaseModel):
        heard: list[str] = []

    @stage(max_attempts=1)
    async def ring(self, incident: Incident[State], message: Ring) -> None:
        if message.how == "badly":
            raise ValueError("cracked")
        if message.how == "asking":
            incident.ask("Go on?", then=self.go_on)
        if message.how == "once":
            incident.complete("rung")

    @stage
    async def go_on(self, incident: Incident[State], message: Answered) -> None:
        incident.complete(f"answered {message.answer}")

    @stage
    async def hear(self, incident: Incident[State], message: ManualData) -> None:
        incident.state.heard.append(f"{message.type}: {incident.path(message.dataset).read_text()}")

    @stage
    async def probe(self, incident: Incident[State], message: Ring) -> None:
        incident.complete()
"""


@pytest.fixture
def bell(live: Live) -> Iterator[None]:
    place = live.server.data / "workflows" / "bell.py"
    place.write_text(BELL)
    wait_for(live, lambda: live.api.get("/workflows/bell").status_code == 200)
    yield
    place.unlink()


def told(shell: Shell, *arguments: str, **options: Any) -> Any:
    done: Done = shell(*arguments, "--json", **options)
    assert done.code == 0, done
    return done.json


def reached(live: Live, incident_id: str, *states: str) -> Any:
    def look() -> Any:
        found = live.api.get(f"/incidents/{incident_id}").json()
        return found if found["state"] in states else None

    return wait_for(live, look)


@pytest.mark.covers("V10", "V13", "V14", "V15", "V18", "V27")
@pytest.mark.usefixtures("bell")
def test_an_incident_from_its_making_to_its_replay(live: Live, shell: Shell, tmp_path: Path) -> None:
    made = told(shell, "incidents", "open", "bell", "--pending", "--name", "West", "--parameters", '{"rope_m": 7}',
                "--bbox", "14,40,15,41", "--urgency", "high", "--message", '{"how": "asking"}')  # fmt: skip
    assert (made["state"], made["urgency"], made["parameters"]) == ("pending", "high", {"rope_m": 7.0})
    incident = made["id"]
    assert told(shell, "incidents", "activate", incident)["state"] == "active"
    (shell.home / "ear.txt").write_text("dong")
    given = told(shell, "incidents", "add-data", incident, "ear.txt", "--type", "report", "--comment", "loud")
    assert given["bytes"] == 4
    sent = told(shell, "incidents", "send", incident, "ring", "--label", "again")
    assert sent["label"] == "again"
    wait_for(live, lambda: live.api.get(f"/incidents/{incident}").json()["state_data"]["heard"] == ["report: dong"])
    (question,) = wait_for(live, lambda: told(shell, "incidents", "questions", incident)["items"])
    told(shell, "incidents", "answer", incident, question["id"], '"yes"')
    assert reached(live, incident, "complete")["comment"] == "answered yes"
    assert "again" in shell("incidents", "messages", incident).out

    page = told(shell, "incidents", "publish", incident, "page", "--dataset", given["dataset_id"])
    assert live.api.get(page["link"].removeprefix("/api/v1")).status_code == 200
    told(shell, "incidents", "unpublish", incident, page["id"], "--yes")
    assert live.api.get(page["link"].removeprefix("/api/v1")).status_code == 404

    assert told(shell, "incidents", "archive", incident)["outcome"] == "complete"
    archive = tmp_path / "west.zip"
    assert "checked" in shell("incidents", "export", incident, str(archive)).out
    assert shell("incidents", "export", incident, str(archive)).code == 5
    replayed = told(shell, "incidents", "replay", str(archive), "--speed", "100")
    assert (replayed["exercise"], replayed["workflow_version"]) == (True, made["workflow_version"])
    wait_for(live, lambda: live.api.get(f"/incidents/{replayed['id']}").json()["state_data"]["heard"])
    cancelled = told(shell, "incidents", "cancel-many", "--workflow", "bell", "--yes")
    assert cancelled["incident_ids"] == [replayed["id"]]

    with zipfile.ZipFile(archive) as before, zipfile.ZipFile(tmp_path / "bad.zip", "w") as after:
        for name in before.namelist():
            after.writestr(name, b"ding" if name.endswith("ear.txt") else before.read(name))
    refused = shell("incidents", "replay", str(tmp_path / "bad.zip"))
    assert (refused.code, "is not what it was" in refused.err) == (1, True)
    (tmp_path / "no.zip").write_text("no")
    assert shell("incidents", "replay", str(tmp_path / "no.zip")).code == 2

    again = told(shell, "incidents", "rerun", incident, "--name", "West again", "--exercise")
    assert (again["rerun_of"], again["name"]) == (incident, "West again")
    told(shell, "incidents", "cancel", again["id"], "--yes")


@pytest.mark.usefixtures("bell")
def test_what_failed_is_tried_again_and_a_workflow_is_tested(live: Live, shell: Shell) -> None:
    made = told(shell, "incidents", "open", "bell", "--message", '{"how": "badly"}')
    reached(live, made["id"], "error")
    assert told(shell, "incidents", "retry", made["id"], "--message", '{"how": "once"}')["state"] == "active"
    assert reached(live, made["id"], "complete", "error")["comment"] == "rung"
    assert shell("incidents", "retry", made["id"]).code == 5
    tested = told(shell, "workflows", "exercise", "bell", "--wait", "--timeout", "30")
    assert (tested["state"], tested["exercise"]) == ("complete", True)
    assert json.loads(shell("workflows", "graph", "bell", "--json").out)["nodes"]
    assert shell("workflows", "graph", "bell", "--format", "gif").code == 2
    assert shell("incidents", "open", "bell", "--bbox", "west").code == 2
    assert shell("incidents", "open", "bell", "--parameters", '{"rope_m": 70}').code == 2

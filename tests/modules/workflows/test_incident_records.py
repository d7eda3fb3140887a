"""What is left of an incident: the graph it took, what its cancelling did, and the archive it can be taken along as."""

import errno
import hashlib
import io
import json
import os
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.settings import Settings
from app.modules.data.models import Replica
from app.modules.workflows import archives, reruns
from app.modules.workflows.errors import GraphTooLarge
from app.modules.workflows.graph import GraphNode, GraphView
from app.modules.workflows.graph_drawing import as_png, as_svg
from app.modules.workflows.models import IncidentRow, StageRow
from tests.conftest import settings_for
from tests.modules.data.buckets import bucket, bucket_server
from tests.modules.workflows.house import House

WORKFLOW = """
import sys
from pydantic import BaseModel
from stormbell import Gathered, Incident, ManualData, Shutdown, SimulationRequest, stage, workflow


class Ring(BaseModel):
    times: int = 2


class Ends(Gathered):
    pass


@workflow("bell", manual_data="hear", shutdown="cover")
class Bell:
    class State(BaseModel):
        covered: bool = False

    @stage(sends=("echo", "gathered"))
    async def ring(self, incident: Incident[State], message: Ring) -> None:
        for n in range(message.times):
            incident.send(self.echo, Ring(times=n), label='echo "<n>"')
        incident.simulate(
            [SimulationRequest(name=f"m{n}", command=[sys.executable, "-I", "-S", "-c", "pass"], memory_bytes=2**31)
             for n in range(2)],
            then=self.gathered, message=Ends(),
        )

    @stage(sends=("ring",))
    async def echo(self, incident: Incident[State], message: Ring) -> None:
        pass

    @stage
    async def gathered(self, incident: Incident[State], message: Ends) -> None:
        pass

    @stage
    async def hear(self, incident: Incident[State], message: ManualData) -> None:
        pass

    @stage
    async def cover(self, incident: Incident[State], message: Shutdown) -> None:
        incident.state.covered = True
        incident.headline("Covered", message.reason or "")
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = settings_for(tmp_path / "data")
    made.kernel.egress.allow.append("127.0.0.1")
    return made


@pytest.mark.covers("V12", "V14", "V28")
async def test_an_incident_leaves_its_graph_and_an_archive_behind(house: House, tmp_path: Path) -> None:
    body = {"workflow": "bell", "name": 'The "west" <bell>\x1b[31m', "bbox": [14, 40, 15, 41]}
    incident = (await house.client.post("/api/v1/incidents", json=body)).raise_for_status().json()
    path = f"/api/v1/incidents/{incident['id']}"

    async def gathered() -> bool:
        found = await house.get(f"/incidents/{incident['id']}/messages")
        return any(m["stage"] == "gathered" and m["state"] == "succeeded" for m in found["items"])

    await house.until(gathered)
    long = await house.client.post(f"{path}/data", params={"name": "\u00e9" * 150}, content=b"dong")
    assert (long.status_code, long.json()["code"]) == (422, "request_invalid"), "as a file's name it has 300 bytes"
    given = await house.client.post(f"{path}/data", params={"name": "ear.txt", "type": "report"}, content=b"dong")
    await house.client.post(f"{path}/cancellation", json={"reason": "storm over"})

    async def ended() -> Any:
        found = await house.get(f"/incidents/{incident['id']}")
        return found if found["state"] == "cancelled" else None

    over = await house.until(ended)
    assert (over["comment"], over["state_data"]) == ("storm over", {"covered": True})
    assert over["headline"]["value"] == "storm over", "the shutdown stage ran before it ended"

    graph = await house.get(f"/incidents/{incident['id']}/graph")
    nodes = {n["id"]: n for n in graph["nodes"]}
    assert (nodes['echo "<n>"']["count"], nodes["ring"]["count"]) == (2, 1)
    assert nodes["simulations of ring"]["count"] == 2
    assert all(n["seconds"] >= 0 for n in nodes.values())
    edges = {(e["begin"], e["end"]): e["count"] for e in graph["edges"]}
    assert edges["outside", "ring"] == 1
    assert edges["ring", 'echo "<n>"'] == 2
    assert edges["simulations of ring", "gathered"] == 1
    dot = (await house.client.get(f"{path}/graph", params={"format": "dot"})).text
    assert "\x1b" not in dot
    assert '"ring" -> "echo \\"<n>\\"" [label="2 x"];' in dot
    svg = await house.client.get(f"{path}/graph", params={"format": "svg"})
    assert svg.headers["content-type"] == "image/svg+xml"
    assert ET.fromstring(svg.text).tag.endswith("svg")
    png = await house.client.get(f"{path}/graph", params={"format": "png"})
    assert png.headers["content-type"] == "image/png"
    drawn_at = ET.fromstring(svg.text)
    with Image.open(io.BytesIO(png.content)) as image:
        assert image.size == (2 * int(drawn_at.attrib["width"]), 2 * int(drawn_at.attrib["height"]))
        assert (0xB9, 0xD8, 0xB5) in {colour for _, colour in image.getcolors(1 << 20)}, "what succeeded is green"
    planned = await house.get("/workflows/bell/graph")
    assert {"begin": "echo", "end": "ring", "count": 0} in planned["edges"]
    drawn = await house.client.get("/api/v1/workflows/bell/graph", params={"format": "svg"})
    assert len(ET.fromstring(drawn.text)) > 5

    # Its file moves to a bucket, under a name that no archive could hold.
    dataset_id = given.json()["dataset_id"]
    renamed = await house.client.patch(f"/api/v1/datasets/{dataset_id}", json={"name": ".."})
    assert renamed.status_code == 200
    (tmp_path / "s3/far").mkdir(parents=True)
    (tmp_path / "s3/far/ear").write_bytes(b"dong")
    async with bucket_server(tmp_path / "s3") as port:
        far = await bucket(house.node, port, "far")
        async with house.node.database.transaction() as session:
            moved = update(Replica).where(Replica.dataset_id == dataset_id).values(storage_id=far, path="ear")
            await session.execute(moved)
        answer = await house.client.get(f"{path}/export")
    assert answer.headers["content-type"] == "application/zip", answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        names = set(archive.namelist()) - {"manifest.json"}
        assert names == set(manifest["members"])
        for name, member in manifest["members"].items():
            content = archive.read(name)
            assert (len(content), hashlib.sha256(content).hexdigest()) == (member["bytes"], member["sha256"])
        assert archive.read(f"datasets/{dataset_id}/content") == b"dong"
        assert b"class Bell" in archive.read("definition/workflow.py")
        inputs = json.loads(archive.read("inputs.json"))
        assert [one["stage"] for one in inputs] == ["ring", "hear"], "what its end sent is not from outside"
        assert inputs[1]["dataset_id"] == dataset_id
        types = [e["type"] for e in json.loads(archive.read("events.json"))]
        of_incident = [type_ for type_ in types if type_.startswith("incident.")]
        assert (types[0], of_incident[-1]) == ("incident.opened", "incident.state_changed")
    assert list((house.node.settings.data_directory / "scratch").glob("*.zip")) == []


def test_a_graph_of_very_many_stages_is_drawn_smaller_and_then_only_as_svg() -> None:
    def column(count: int) -> GraphView:
        nodes = [GraphNode(id=str(n), kind="stage", title="日本" * 20) for n in range(count)]
        return GraphView(name="many", nodes=nodes, edges=[])

    with Image.open(io.BytesIO(as_png(column(400)))) as image:
        assert image.size == (206, 44 + 400 * 68)
    with pytest.raises(GraphTooLarge):
        as_png(column(2000))
    assert as_svg(column(2000)).count("<g>") == 2000


async def test_only_what_came_from_outside_is_sent_again(session: AsyncSession) -> None:
    for number in (1, 2):
        session.add(IncidentRow(id=f"inc_{number}", name="B", workflow="bell", workflow_version="0", state="complete"))
    await session.flush()
    parent = StageRow(id="stg_0", incident_id="inc_1", name="opens", message={}, originator="x", state="succeeded")
    session.add(parent)
    for number, (name, originator, role) in enumerate(
        [
            ("opening", "stg_0", "stage"),
            ("own", "stg_1", "stage"),
            ("answered", "qst_1", "stage"),
            ("later", "usr_1", "stage"),
            ("sweep", "inc_2", "finaliser"),
        ],
        1,
    ):
        session.add(
            StageRow(id=f"stg_{number}", incident_id="inc_2", name=name, message={}, originator=originator, role=role)
        )
    await session.flush()
    found = await reruns.inputs_of(session, await session.get_one(IncidentRow, "inc_2"), None)
    assert [one.name for one in found] == ["opening", "later"]


def test_an_archive_that_cannot_be_finished_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "archive-left.zip"
    old.touch()
    os.utime(old, (0, 0))
    fresh = tmp_path / "archive-read.zip"
    fresh.touch()

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(OSError, match="No space"):
        archives.write(archives.Contents(texts={"a": "b"}), tmp_path)
    assert list(tmp_path.iterdir()) == [fresh]

"""What is made public of an incident: valid alerts, catalogue items, pages; by links that can be taken back."""

import json
import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from app.modules.workflows.alerts import NAMESPACE, Header, Reference, alert_xml, cap_time, problems_of
from app.modules.workflows.models import IncidentRow, Publication
from app.modules.workflows.publication_schemas import AlertInfo
from tests.modules.workflows.house import House

WORKFLOW = """
from pydantic import BaseModel
from stormbell import Incident, ManualData, stage, workflow


class Ring(BaseModel):
    pass


@workflow("bell", manual_data="hear")
class Bell:
    @stage
    async def ring(self, incident: Incident, message: Ring) -> None:
        incident.headline("Loudness", "91 dB", "at the <bridge>")

    @stage
    async def hear(self, incident: Incident, message: ManualData) -> None:
        pass
"""
N = f"{{{NAMESPACE}}}"
ALERT = {
    "event": "Wildfire",
    "category": ["Fire", "Env"],
    "urgency": "Immediate",
    "severity": "Severe",
    "certainty": "Observed",
    "area_description": "The wood south of <Torre> & the river",
    "status": "Actual",
    "headline": "Fire in the wood",
    "response_type": ["Evacuate"],
    "expires_at": "2026-11-23T18:00:00Z",
}
SQUARE = {"type": "Polygon", "coordinates": [[[14, 40], [15, 40], [15, 41], [14, 41], [14, 40]]]}


def header(**changes: Any) -> Header:
    at = datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)
    given = {"identifier": "a1", "sender": "bell@example.org", "sent_at": at, "incident_id": "inc_1", "exercise": False}
    return Header(**{**given, **changes})


def test_an_alert_keeps_the_rules_of_cap() -> None:
    xml = alert_xml(header(), AlertInfo.model_validate(ALERT), SQUARE)
    assert problems_of(xml) == []
    root = ET.fromstring(xml)
    assert (root.findtext(f"{N}sent"), root.findtext(f"{N}msgType")) == ("2026-11-23T02:00:00-00:00", "Alert")
    assert root.findtext(f"{N}info/{N}area/{N}polygon") == "40,14 40,15 41,15 41,14 40,14", "latitude comes first"
    before = Reference.of(xml)
    update = alert_xml(header(identifier="a2", references=(before,)), AlertInfo.model_validate(ALERT), None)
    assert problems_of(update) == []
    assert ET.fromstring(update).findtext(f"{N}references") == f"bell@example.org,a1,{cap_time(header().sent_at)}"


@pytest.mark.parametrize(
    ("change", "element"),
    [
        (("<identifier>a1", "<identifier>a 1"), "identifier"),
        (("bell@example.org", "bell,example"), "sender"),
        (("02:00:00-00:00", "02:00:00Z"), "sent"),
        (("<msgType>Alert", "<msgType>Update"), "references"),
        (("<scope>Public", "<scope>Restricted"), "restriction"),
        (("<urgency>Immediate", "<urgency>Soon"), "urgency"),
        (("<event>Wildfire</event>", ""), "info/event"),
        (("40,14 40,15 41,15 41,14 40,14", "40,14 40,15 41,15"), "polygon"),
        (("40,14 40,15 41,15 41,14 40,14", "140,14 140,15 141,15 140,14"), "polygon"),
        (("<headline>", "<colour>red</colour><headline>"), "info/colour"),
        (("</alert>", ""), "alert"),
    ],
)
def test_a_broken_alert_is_told_apart(change: tuple[str, str], element: str) -> None:
    xml = alert_xml(header(), AlertInfo.model_validate(ALERT), SQUARE)
    assert change[0] in xml
    assert element in [name for name, _ in problems_of(xml.replace(*change))]


async def made(house: House, incident_id: str, **body: Any) -> dict[str, Any]:
    answer = await house.client.post(f"/api/v1/incidents/{incident_id}/publications", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.covers("V12")
@pytest.mark.security("S3")
async def test_publications_are_read_by_whoever_has_the_link_until_they_are_revoked(
    house: House, anonymous: httpx.AsyncClient
) -> None:
    body = {"workflow": "bell", "name": "Fire <script>", "bbox": [14, 40, 15, 41]}
    incident = (await house.client.post("/api/v1/incidents", json=body)).raise_for_status().json()
    path = f"/api/v1/incidents/{incident['id']}"
    given = [
        (await house.client.post(f"{path}/data", params={"name": f"{n}.txt"}, content=n.encode())).json()["dataset_id"]
        for n in ("shown", "hidden")
    ]

    async def headline() -> Any:
        return (await house.get(f"/incidents/{incident['id']}"))["headline"]

    await house.until(headline)
    page = await made(house, incident["id"], kind="page", dataset_ids=given[:1])
    answer = await anonymous.get(page["link"])
    assert answer.status_code == 200
    assert "Fire &lt;script&gt;" in answer.text
    assert "at the &lt;bridge&gt;" in answer.text
    assert "exercise" not in answer.text.partition("<body>")[2]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert (await anonymous.get(f"{page['link']}/datasets/{given[0]}")).content == b"shown"
    assert (await anonymous.get(f"{page['link']}/datasets/{given[1]}")).status_code == 404
    assert (await anonymous.get(page["link"][:-1])).status_code == 404
    assert (await anonymous.get(path)).status_code == 401, "the link opens nothing else"

    async with house.node.database.transaction() as session:
        await session.execute(update(IncidentRow).values(comment="ValueError: token 123"))
    item_made = await made(house, incident["id"], kind="item", dataset_ids=given)
    async with house.node.database.sessions() as session:
        kept = await session.scalar(select(Publication.document).where(Publication.kind == "item"))
    assert kept is not None
    assert item_made["link"].rpartition("/")[2] not in kept, "the database does not know the link"
    text = (await anonymous.get(item_made["link"])).text
    assert "token 123" not in text, "what went wrong is not for everybody"
    item = json.loads(text)
    assert item["links"][0]["href"].endswith(item_made["link"])
    assert (item["stac_version"], item["bbox"], len(item["assets"])) == ("1.1.0", [14, 40, 15, 41], 2)
    asset = item["assets"][given[0]]
    assert re.fullmatch(r"1220[0-9a-f]{64}", asset["file:checksum"])
    assert (await anonymous.get(asset["href"])).content == b"shown"

    alert = await made(house, incident["id"], kind="alert", alert=ALERT)
    xml = (await anonymous.get(alert["link"])).text
    assert problems_of(xml) == []
    assert "<status>Actual" in xml
    second = await made(house, incident["id"], kind="alert", alert={**ALERT, "severity": "Extreme"})
    assert "<msgType>Update" in (await anonymous.get(second["link"])).text

    listed = (await house.get(f"/incidents/{incident['id']}/publications"))["items"]
    assert [one["kind"] for one in listed] == ["alert", "alert", "item", "page"]
    assert page["link"].rpartition("/")[2] not in json.dumps(listed)
    for one in listed:
        assert (await house.client.delete(f"{path}/publications/{one['id']}")).status_code == 204
    assert (await anonymous.get(page["link"])).json()["code"] == "publication_not_found"
    assert (await anonymous.get(f"{page['link']}/datasets/{given[0]}")).status_code == 404
    taken_back = (await anonymous.get(second["link"])).text
    assert problems_of(taken_back) == []
    assert "<msgType>Cancel" in taken_back


@pytest.mark.parametrize(
    "reach", [{"status": "Draft"}, {"status": "Test", "scope": "Restricted", "restriction": "For the crews only"}]
)
async def test_an_alert_that_was_not_meant_is_taken_back_by_one_that_is_not_either(
    house: House, anonymous: httpx.AsyncClient, reach: dict[str, str]
) -> None:
    body = {"workflow": "bell", "name": "Fire"}
    incident = (await house.client.post("/api/v1/incidents", json=body)).raise_for_status().json()
    alert = await made(house, incident["id"], kind="alert", alert={**ALERT, **reach})
    path = f"/api/v1/incidents/{incident['id']}/publications/{alert['id']}"
    assert (await house.client.delete(path)).status_code == 204
    taken_back = (await anonymous.get(alert["link"])).text
    assert problems_of(taken_back) == []
    root = ET.fromstring(taken_back)
    assert root.findtext(f"{N}msgType") == "Cancel"
    assert {name: root.findtext(f"{N}{name}") for name in reach} == reach


async def test_an_exercise_publishes_nothing_that_looks_real(house: House, anonymous: httpx.AsyncClient) -> None:
    body = {"workflow": "bell", "name": "Drill", "exercise": True}
    incident = (await house.client.post("/api/v1/incidents", json=body)).raise_for_status().json()
    alert = await made(house, incident["id"], kind="alert", alert=ALERT)
    xml = (await anonymous.get(alert["link"])).text
    assert "<status>Exercise" in xml
    assert "Actual" not in xml
    assert "This is an exercise" in (await anonymous.get((await made(house, incident["id"], kind="page"))["link"])).text
    path = f"/api/v1/incidents/{incident['id']}/publications"
    wrong = await house.client.post(path, json={"kind": "alert", "alert": {**ALERT, "scope": "Private"}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "alert_invalid")
    assert (await house.client.post(path, json={"kind": "page", "dataset_ids": ["dst_none"]})).status_code == 404

"""The example's decisions: what opens, what refines, what is computed anew. The revision of magnitude is invented."""

import copy
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.modules.workflows import Arrival, Incident, example_directory, load
from app.modules.workflows.definitions import Definition

FOLDER = example_directory("earthquake")
FEED = json.loads((FOLDER / "data" / "usgs_all_week_2018-02-07.geojson").read_text())
HUALIEN = next(f for f in FEED["features"] if f["id"] == "us1000chhc")


@pytest.fixture(scope="module")
def definition() -> Iterator[Definition]:
    before = set(sys.modules)
    yield load(FOLDER, FOLDER)
    for name in set(sys.modules) - before:
        if name.startswith("stormbell_definition_"):
            del sys.modules[name]


def arrival(feature: dict[str, Any], revision: int = 1, **properties: Any) -> Arrival:
    body = copy.deepcopy(feature)
    body["properties"].update(properties)
    return Arrival(
        delivery_id="dlv_1",
        source="usgs",
        key=body["id"],
        revision=revision,
        received_at=datetime.now(UTC),
        body=body,
    )


def first_record(feature: dict[str, Any]) -> Arrival:
    return arrival(feature, mmi=None, cdi=None, felt=None)


class Life:
    """An incident's state carried from stage to stage, as the engine does."""

    def __init__(self, definition: Definition, scratch: Path) -> None:
        self.definition = definition
        self.state = definition.spec.state()
        self.scratch = scratch

    async def arrives(self, record: Arrival) -> Incident[Any]:
        (trigger,) = self.definition.spec.triggers
        opening = trigger.function(self.definition.spec.instance, record)
        assert opening is not None
        incident = self.incident()
        stage = self.definition.spec.stages["assess"]
        await stage.function(self.definition.spec.instance, incident, opening.message)
        return incident

    def incident(self) -> Incident[Any]:
        return Incident(
            incident_id="inc_1",
            name="x",
            key="us1000chhc",
            opened_at=datetime.now(UTC),
            state=self.state,
            stage_id="stg_1",
            attempt=1,
            definition=FOLDER,
            scratch=self.scratch,
            atlas=self.scratch,
            datasets={},
        )


def test_of_the_week_nine_records_open_an_incident(definition: Definition) -> None:
    (trigger,) = definition.spec.triggers
    opened, news = set(), 0
    for feature in FEED["features"]:
        opening = trigger.function(definition.spec.instance, first_record(feature))
        if opening is not None:
            news += 1
            if opening.opens:
                opened.add((feature["id"], opening.name))
    assert len(opened) == 9
    assert ("us1000chhc", "M 6.4 - 22km NNE of Hualian, Taiwan") in opened
    assert news > 1600


async def test_the_first_record_asks_for_an_ensemble_and_the_reviewed_one_does_not(
    definition: Definition, tmp_path: Path
) -> None:
    life = Life(definition, tmp_path)
    first = await life.arrives(first_record(HUALIEN))
    assert [s.stage for s in first.effects.sent] == ["ensemble"]
    assert first.effects.label == "M 6.4"
    reviewed = await life.arrives(arrival(HUALIEN, 2))
    assert reviewed.effects.sent == []
    assert reviewed.effects.label == "reviewed, USGS intensity 6.7"
    assert (life.state.revision, life.state.reviewed, life.state.usgs_mmi) == (1, True, 6.7)
    assert reviewed.effects.ended is None  # nothing was published yet
    life.state.published = 1
    again = await life.arrives(arrival(HUALIEN, 3))
    assert again.effects.ended == ("complete", "reviewed by USGS: USGS ShakeMap 6.7, people's reports 6.5")


@pytest.mark.parametrize(
    ("change", "anew"),
    [({"mag": 6.1}, True), ({"mag": 6.45}, False), ({"mag": 6.5}, True), ({"mag": 5.0}, True)],
    ids=["invented 6.1", "invented 6.45", "invented 6.5", "invented, below what opens"],
)
async def test_an_invented_revision_of_magnitude(
    definition: Definition, tmp_path: Path, change: dict[str, float], anew: bool
) -> None:
    life = Life(definition, tmp_path)
    await life.arrives(first_record(HUALIEN))
    revised = await life.arrives(arrival(HUALIEN, 2, **change))
    assert [s.stage for s in revised.effects.sent] == (["ensemble"] if anew else [])
    if anew:
        assert life.state.revision == 2
        assert revised.effects.label == f"M 6.4 → {change['mag']:g}"


async def test_an_ensemble_is_24_members_with_seeds_of_their_own(definition: Definition, tmp_path: Path) -> None:
    life = Life(definition, tmp_path)
    message = (await life.arrives(first_record(HUALIEN))).effects.sent[0].message
    incident = life.incident()
    await definition.spec.stages["ensemble"].function(definition.spec.instance, incident, message)
    (ensemble,) = incident.effects.gatherings
    params = [request.files["params.json"] for request in ensemble.simulations]
    assert len(params) == len({p["seed"] for p in params}) == 24
    assert len({p["gmm"] for p in params}) == 4
    assert ensemble.then == "combine"


async def test_members_of_an_older_revision_are_dropped(definition: Definition, tmp_path: Path) -> None:
    life = Life(definition, tmp_path)
    life.state.revision = 2
    stage = definition.spec.stages["combine"]
    incident = life.incident()
    await stage.function(definition.spec.instance, incident, stage.message(revision=1, event={}))
    assert incident.effects.label == "superseded"
    assert incident.effects.sent == []


async def test_a_record_without_magnitude_or_of_a_quarry_blast_is_nobodys(definition: Definition) -> None:
    (trigger,) = definition.spec.triggers
    for properties in ({"mag": None}, {"type": "quarry blast", "mag": 6.0}):
        assert trigger.function(definition.spec.instance, arrival(HUALIEN, **properties)) is None

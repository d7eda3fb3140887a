"""From an earthquake's first record to a map of how strongly the ground shook.

A record of the USGS feed with magnitude 5.5 or more opens an incident. An ensemble of ground-motion simulations gives
the median intensity and its 16 to 84 percent interval; the map, its contours and a report are published. The record
comes again when people have reviewed it: a changed magnitude or place is computed anew, and the incident completes.
"""

import json
import math
import sys
from typing import Any

from pydantic import BaseModel, Field

from stormbell import Arrival, Gathered, Incident, Opening, SimulationRequest, stage, trigger, workflow

from .model import spec

OPENS_AT_MAGNITUDE = 5.5
MEMBERS = 24
QUORUM = 20
SOURCE = "usgs"


class Record(BaseModel):
    """One appearance of an event in the feed."""

    event: dict[str, Any] = Field(description="As spec.event_from_feature gives it")
    reviewed: bool = Field(description="People's reports or a ShakeMap came with it")
    usgs_mmi: float | None = None
    cdi: float | None = None
    felt: int | None = None


class Ensemble(BaseModel):
    """What to simulate."""

    revision: int
    event: dict[str, Any]


class Members(Gathered):
    """The ensemble's ends."""

    revision: int
    event: dict[str, Any]


class Grid(BaseModel):
    """The combined intensity, ready to publish."""

    revision: int
    event: dict[str, Any]
    intensity: str = Field(description="Data set of the grid")
    members: int


@workflow("earthquake", title="Ground shaking after an earthquake", duration_seconds=7 * 86_400)
class Earthquake:
    """See the module."""

    class State(BaseModel):
        """What the incident knows so far."""

        revision: int = 0
        published: int = 0
        event: dict[str, Any] | None = None
        reviewed: bool = False
        usgs_mmi: float | None = None
        cdi: float | None = None
        felt: int | None = None

    @trigger(source=SOURCE)
    def record_arrives(self, arrival: Arrival) -> Opening | None:
        """Every record of a known event is news for its incident; a strong one may open it."""
        properties = arrival.body["properties"]
        if properties.get("mag") is None or properties.get("type") != "earthquake":
            return None
        event = spec.event_from_feature(arrival.body)
        return Opening(
            key=event["id"],
            name=event["title"],
            stage=self.assess,
            message=Record(
                event=event,
                reviewed=any(properties.get(name) is not None for name in ("mmi", "cdi", "felt")),
                usgs_mmi=properties.get("mmi"),
                cdi=properties.get("cdi"),
                felt=properties.get("felt"),
            ),
            opens=event["mag"] >= OPENS_AT_MAGNITUDE,
            url=properties.get("url"),
            area={"type": "Point", "coordinates": [event["lon"], event["lat"]]},
        )

    @stage(sends=("ensemble",))
    async def assess(self, incident: Incident[State], message: Record) -> None:
        """Decide whether a record needs a new ensemble."""
        state = incident.state
        state.usgs_mmi, state.cdi, state.felt = message.usgs_mmi, message.cdi, message.felt
        state.reviewed = state.reviewed or message.reviewed
        before = state.event
        if before is None or _differs(before, message.event):
            state.event = message.event
            state.revision += 1
            incident.send(self.ensemble, Ensemble(revision=state.revision, event=message.event))
            change = f"M {message.event['mag']:g}"
            incident.label(change if before is None else f"M {before['mag']:g} → {message.event['mag']:g}")
            return
        incident.label(f"reviewed, USGS intensity {_figure(state.usgs_mmi)}" if message.reviewed else "no change")
        if state.published == state.revision:
            self._close(incident)

    @stage(sends=("combine",))
    async def ensemble(self, incident: Incident[State], message: Ensemble) -> None:
        """Simulate the ground motion with every source of uncertainty sampled."""
        members = spec.ensemble(message.event, size=MEMBERS, seed=message.revision)
        incident.simulate(
            [
                SimulationRequest(
                    name=f"member {params['member']:02d}"
                    + (f", revision {message.revision}" if message.revision > 1 else ""),
                    command=[sys.executable, "-B", "{definition}/member.py", "params.json"],
                    files={"params.json": params},
                    outputs=["member.nc"],
                    role="member",
                    memory_bytes=4 * 1024**3,
                    walltime_seconds=300,
                )
                for params in members
            ],
            then=self.combine,
            message=Members(revision=message.revision, event=message.event),
        )
        incident.label(f"{len(members)} members")

    @stage(sends=("publish",))
    async def combine(self, incident: Incident[State], message: Members) -> None:
        """Median and 16/84 percentile intensity over the members."""
        if message.revision < incident.state.revision:
            incident.label("superseded")
            return
        members = {r.datasets["member.nc"]: r for r in message.succeeded if "member.nc" in r.datasets}
        await incident.run(
            [sys.executable, "-B", str(incident.definition / "combine.py"), "params.json"],
            files={
                "params.json": {
                    "event": message.event,
                    "members": [str(incident.path(dataset)) for dataset in members],
                    "requested": len(message.simulations),
                    "quorum": QUORUM,
                    "coastline": str(incident.atlas / "land-10m.json"),
                }
            },
        )
        grid = incident.register(
            "intensity.nc", name=f"intensity-{message.revision}.nc", role="grid", inputs=list(members)
        )
        incident.send(
            self.publish,
            Grid(revision=message.revision, event=message.event, intensity=grid, members=len(members)),
        )
        incident.label(f"{len(members)} of {len(message.simulations)} members")

    @stage
    async def publish(self, incident: Incident[State], message: Grid) -> None:
        """Contours, map and report."""
        if message.revision < incident.state.revision:
            incident.label("superseded")
            return
        await incident.run(
            [sys.executable, "-B", str(incident.definition / "publish.py"), "params.json"],
            files={
                "params.json": {
                    "event": message.event,
                    "intensity": str(incident.path(message.intensity)),
                    "coastline": str(incident.atlas / "land-10m.json"),
                }
            },
        )
        for file, role in (("contours.geojson", "contours"), ("map.png", "map"), ("report.json", "report")):
            stem, _, suffix = file.partition(".")
            name = f"{stem}-{message.revision}.{suffix}"
            incident.register(file, name=name, role=role, inputs=[message.intensity])
        report = json.loads((incident.scratch / "report.json").read_text())
        incident.headline(*_headline(report))
        if report["cautions"]:
            incident.label(report["cautions"][0])
        incident.state.published = message.revision
        if incident.state.reviewed:
            self._close(incident)
        else:
            incident.wait("the reviewed record of USGS")

    def _close(self, incident: Incident[State]) -> None:
        state = incident.state
        seen = f"USGS ShakeMap {_figure(state.usgs_mmi)}, people's reports {_figure(state.cdi)}"
        incident.complete(f"reviewed by USGS: {seen}")


def _differs(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Say whether the map would change: 0.1 in magnitude, 5 km in place or depth."""
    north = (after["lat"] - before["lat"]) * 111.2
    east = (after["lon"] - before["lon"]) * 111.2 * math.cos(math.radians(after["lat"]))
    return (
        abs(after["mag"] - before["mag"]) >= 0.1 - 1e-9
        or math.hypot(north, east) >= 5
        or abs(after["depth_km"] - before["depth_km"]) >= 5
    )


def _figure(value: float | None) -> str:
    return "none" if value is None else f"{value:.1f}"


def _headline(report: dict[str, Any]) -> tuple[str, str, str | None]:
    strongest = report.get("max_on_land") or report.get("max") or report["max_anywhere"]
    place = "on land" if report.get("max_on_land") else "anywhere"
    return (
        "Largest intensity, median",
        f"MMI {strongest['mmi']:.1f}",
        f"{strongest['p16']:.1f} to {strongest['p84']:.1f}, 16 to 84 %, {place}",
    )

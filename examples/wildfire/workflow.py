"""A wildfire: from hot spots and wind to a map of where it may burn, which an analyst releases.

A watch is kept over each region and day: files of hot spots are dropped in a folder, the wind is polled. An ensemble
of courses gives the probability that a cell burns within twelve hours. A perimeter that somebody observes and posts to
the running incident gives weight to the members that fit it. Nothing is published before an analyst says so.
"""

import json
import math
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from stormbell import (
    Answered,
    Arrival,
    Gathered,
    Incident,
    ManualData,
    Opening,
    SimulationRequest,
    stage,
    trigger,
    workflow,
)

from . import chart
from .hotspots import Grid, HotSpot, grid_around, read

MEMBERS = 16
ENOUGH = 0.75
HOURS = 12.0
ENSEMBLE_SECONDS = 900.0
WIND_SECONDS = 600.0  # after that the wind counts as unknown
ANALYST_SECONDS = 6 * 3600.0
PERIMETER_HOURS = 3.0  # unless the perimeter says when it was observed


class HotSpots(BaseModel):
    """What a file brought."""

    file: str
    spots: list[HotSpot]


class Wind(BaseModel):
    """Wind at 10 m on a regular grid, in m/s, rows from the south."""

    region: str
    valid_at: str
    west: float
    south: float
    step: float = Field(gt=0)
    u: list[list[float]]
    v: list[list[float]]

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Return the wind at the nearest point."""
        y = min(len(self.u) - 1, max(0, round((lat - self.south) / self.step)))
        x = min(len(self.u[0]) - 1, max(0, round((lon - self.west) / self.step)))
        return self.u[y][x], self.v[y][x]


class Revision(BaseModel):
    """Which of the ensembles of an incident."""

    revision: int


class Members(Gathered):
    """The ends of an ensemble."""

    revision: int


class Weighing(BaseModel):
    """Members, and what was observed since."""

    revision: int
    members: list[str]
    perimeter: str | None = None


class Verdict(BaseModel):
    """What the analyst says."""

    publish: bool
    map: int | None = Field(default=None, description="Which map was looked at; another than the newest is asked again")
    comment: str = ""


class Decision(Answered):
    """The answer."""

    answer: Verdict | None = None


@workflow(
    "wildfire", title="Where a fire may burn", duration_seconds=2 * 86_400, urgency="high", manual_data="perimeter"
)
class Wildfire:
    """See the module."""

    class State(BaseModel):
        """What is known so far."""

        spots: list[HotSpot] = []
        wind: Wind | None = None
        revision: int = 0
        grid: Grid | None = None
        members: list[str] = []
        perimeter: str | None = None
        map: int = 0
        asked: bool = False

    @trigger(source="hotspots")
    def file_arrives(self, arrival: Arrival) -> Opening | None:
        """A file ``<region>_....csv``; one without a hot spot to believe is nobody's."""
        name = arrival.body["name"].rpartition("/")[2]
        spots = read(arrival.body["text"])
        if not spots:
            return None
        region = name.partition("_")[0]
        day = max(spot.seen_at for spot in spots).date()
        lon, lat = (sum(getattr(s, field) for s in spots) / len(spots) for field in ("lon", "lat"))
        return Opening(
            key=f"{region} {day}",
            name=f"Fire watch {region}, {day}",
            stage=self.hotspots,
            message=HotSpots(file=name, spots=spots),
            area={"type": "Point", "coordinates": [round(lon, 5), round(lat, 5)]},
        )

    @trigger(source="wind")
    def wind_arrives(self, arrival: Arrival) -> Opening | None:
        """Wind may come before the first hot spot: the watch of a region and day knows it then."""
        wind = Wind.model_validate(arrival.body)
        day = wind.valid_at[:10]
        return Opening(
            key=f"{wind.region} {day}", name=f"Fire watch {wind.region}, {day}", stage=self.wind, message=wind
        )

    @stage(sends=("ensemble", "calm"))
    async def hotspots(self, incident: Incident[State], message: HotSpots) -> None:
        """Add what was seen; with the wind known a new ensemble follows."""
        known = {(s.lat, s.lon, s.seen_at) for s in incident.state.spots}
        new = [s for s in message.spots if (s.lat, s.lon, s.seen_at) not in known]
        incident.state.spots += new
        incident.label(f"{len(new)} hot spots, {sum(s.frp_mw for s in new):.0f} MW")
        if not new:
            return
        if incident.state.wind is None and incident.state.revision == 0:
            incident.wait("the wind", seconds=WIND_SECONDS)
            incident.send(self.calm, Revision(revision=0), delay_seconds=WIND_SECONDS, label="without wind")
            return
        self._again(incident)

    @stage(sends=("ensemble",))
    async def wind(self, incident: Incident[State], message: Wind) -> None:
        incident.state.wind = message
        if incident.state.spots:
            self._again(incident)
        else:
            incident.wait("hot spots")

    @stage(sends=("ensemble",))
    async def calm(self, incident: Incident[State], message: Revision) -> None:
        """Nobody told the wind in time: its direction is anybody's guess, and the members guess."""
        if incident.state.revision == 0:
            self._again(incident)
        else:
            incident.label("the wind came in time")

    @stage(sends=("combine",))
    async def ensemble(self, incident: Incident[State], message: Revision) -> None:
        state = incident.state
        assert state.grid is not None
        middle = state.grid.west + state.grid.columns / 2 * state.grid.step_lon, state.grid.lat
        u, v = (3.0, 0.0) if state.wind is None else state.wind.at(*middle)
        cells = sorted({state.grid.cell(s.lon, s.lat) for s in state.spots})
        params = {
            "grid": state.grid.model_dump(),
            "burning": [[x, y] for x, y in cells if 0 <= x < state.grid.columns and 0 <= y < state.grid.rows],
            "u": u,
            "v": v,
            "wind_turn": math.radians(180 if state.wind is None else 15),
            "wind_spread": 0.5 if state.wind is None else 0.2,
            "hours": HOURS,
        }
        runs = [
            SimulationRequest(
                name=f"course {number:02d}, revision {message.revision}",
                command=["python3", "{definition}/spread.py", "params.json"],
                files={"params.json": {**params, "member": number, "seed": 1000 * message.revision + number}},
                outputs=["member.json"],
                role="member",
                walltime_seconds=300,
            )
            for number in range(1, MEMBERS + 1)
        ]
        incident.simulate(
            runs,
            then=self.combine,
            message=Members(revision=message.revision),
            wait=ENOUGH,
            deadline_seconds=ENSEMBLE_SECONDS,
            cancel_rest=True,
        )
        incident.label(f"{MEMBERS} courses, wind {math.hypot(u, v):.0f} m/s")

    @stage(sends=("weigh",))
    async def combine(self, incident: Incident[State], message: Members) -> None:
        state = incident.state
        if message.revision < state.revision:
            incident.label("superseded")
            return
        state.members = [r.datasets["member.json"] for r in message.succeeded if "member.json" in r.datasets]
        if not state.members:
            incident.fail("no course of the fire could be computed")
            return
        incident.label(f"{len(state.members)} of {MEMBERS} courses")
        self._weigh(incident)

    @stage(sends=("weigh",))
    async def perimeter(self, incident: Incident[State], message: ManualData) -> None:
        """Somebody saw where it burns: members that fit count more from now on."""
        assert incident.state.grid is not None
        burned = chart.inside(incident.state.grid, json.loads(incident.path(message.dataset).read_text()))
        incident.label(f"{len(burned)} cells burn")
        incident.state.perimeter = message.dataset
        if incident.state.members:
            self._weigh(incident)

    @stage(sends=("decided", "unanswered"))
    async def weigh(self, incident: Incident[State], message: Weighing) -> None:
        """The map, and the question whether it may be published."""
        state = incident.state
        if message.revision < state.revision or message.perimeter != state.perimeter:
            incident.label("superseded")
            return
        assert state.grid is not None
        members = [json.loads(incident.path(one).read_text())["hours"] for one in message.members]
        weights = [1.0] * len(members)
        if message.perimeter is not None:
            seen = json.loads(incident.path(message.perimeter).read_text())
            weights = chart.weights_of(members, chart.inside(state.grid, seen), self._hours_until(incident, seen))
        chances = chart.probabilities(members, weights)
        state.map += 1
        inputs = [*message.members, *([message.perimeter] if message.perimeter else [])]
        (incident.scratch / "map.geojson").write_text(json.dumps(chart.features(state.grid, chances)))
        (incident.scratch / "map.png").write_bytes(chart.picture(chances))
        for file, kind in (("map.geojson", "application/geo+json"), ("map.png", "image/png")):
            stem, _, suffix = file.partition(".")
            incident.register(file, name=f"{stem}-{state.map}.{suffix}", role="map", media_type=kind, inputs=inputs)
        likely = sum(p >= 0.5 for row in chances for p in row) * state.grid.cell_m**2 / 1e6
        fits = 1 / sum((w / sum(weights)) ** 2 for w in weights)
        incident.headline("Burns more likely than not", f"{likely:.1f} km²", f"within {HOURS:g} h, map {state.map}")
        incident.label(f"{fits:.1f} of {len(members)} courses count")
        if not state.asked:
            self._ask(incident)

    @stage(sends=("decided", "unanswered"))
    async def decided(self, incident: Incident[State], message: Decision) -> None:
        """Only the newest map is published; whoever looked at an older one is asked again."""
        verdict, newest = message.answer, incident.state.map
        assert verdict is not None
        if verdict.map not in (None, newest):
            incident.label(f"of map {verdict.map}; there is map {newest}")
            self._ask(incident)
        elif verdict.publish:
            incident.complete(f"map {newest} published. {verdict.comment}".strip())
        else:
            incident.state.asked = False  # the next map is shown to them again
            incident.wait("more hot spots, wind or a perimeter")
            incident.label(f"not published: {verdict.comment}")

    @stage
    async def unanswered(self, incident: Incident[State], message: Answered) -> None:
        incident.state.asked = False
        incident.label("nobody decided")

    def _again(self, incident: Incident[State]) -> None:
        incident.state.revision += 1
        incident.state.grid = grid_around(incident.state.spots)
        incident.send(self.ensemble, Revision(revision=incident.state.revision))

    def _ask(self, incident: Incident[State]) -> None:
        incident.state.asked = True
        incident.ask(
            f"Publish the newest map of {incident.name}, now map {incident.state.map}?",
            then=self.decided,
            form=Verdict,
            roles=["operator"],
            deadline_seconds=ANALYST_SECONDS,
            otherwise=self.unanswered,
        )

    def _weigh(self, incident: Incident[State]) -> None:
        state = incident.state
        incident.send(self.weigh, Weighing(revision=state.revision, members=state.members, perimeter=state.perimeter))

    def _hours_until(self, incident: Incident[State], seen: dict[str, Any]) -> float:
        said = (seen.get("properties") or {}).get("observed_at")
        if said is None:
            return PERIMETER_HOURS
        began = max(spot.seen_at for spot in incident.state.spots)
        return max(0.0, (datetime.fromisoformat(said) - began).total_seconds() / 3600)

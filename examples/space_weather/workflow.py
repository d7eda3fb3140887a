"""Space weather: an ejection opens a forecast, later looks bring it up to date; a storm is shown to people first.

The source tells of coronal mass ejections seen at the sun. Each is one incident. The time they take to Earth is
computed with drag from the solar wind (Vršnak et al., Sol. Phys. 285, 295-315, 2013) for a spread of winds; a fast one
goes to the forecaster on duty, who confirms the warning or not.
"""

import json
import math
import statistics

from pydantic import BaseModel

from stormbell import Answered, Arrival, Gathered, Incident, Opening, stage, trigger, workflow

AU_KM = 149_597_871.0
SUN_RADIUS_KM = 695_700.0
DRAG_PER_KM = 0.2e-7  # the middle of what Vršnak et al. give
STORM_KM_S = 700.0  # at Earth
WINDS_KM_S = (300, 350, 400, 450, 500, 550, 600)


class Ejection(BaseModel):
    """A coronal mass ejection, seen at 20 solar radii."""

    id: str
    speed_km_s: float
    revision: int = 1


class Member(BaseModel):
    """An ejection in one solar wind."""

    speed_km_s: float
    wind_km_s: float


class Arrives(BaseModel):
    """When and how fast it is at Earth."""

    hours: float
    speed_km_s: float


class Members(Gathered):
    """All winds of one revision."""

    revision: int


class Verdict(BaseModel):
    """What the forecaster says."""

    warn: bool
    comment: str = ""


class Decision(Answered):
    """The answer."""

    answer: Verdict | None = None


@workflow("space_weather", title="A coronal mass ejection", duration_seconds=5 * 86_400)
class SpaceWeather:
    """See the module."""

    class State(BaseModel):
        """What is known so far."""

        revision: int = 0
        hours: float | None = None
        speed_km_s: float | None = None
        warned: bool = False
        asked: bool = False

    @trigger(source="ejections")
    def seen(self, arrival: Arrival) -> Opening | None:
        speed = arrival.body.get("speed_km_s")
        if speed is None:
            return None
        return Opening(
            key=arrival.key,
            name=f"Ejection {arrival.key}, {speed:g} km/s",
            stage=self.assess,
            message=Ejection(id=arrival.key, speed_km_s=speed, revision=arrival.revision),
            opens=speed > 500,
        )

    @stage(sends=("propagate", "combine"))
    async def assess(self, incident: Incident[State], message: Ejection) -> None:
        incident.state.revision += 1
        incident.fan_out(
            [(self.propagate, Member(speed_km_s=message.speed_km_s, wind_km_s=wind)) for wind in WINDS_KM_S],
            labels=[f"wind {wind} km/s" for wind in WINDS_KM_S],
            then=self.combine,
            message=Members(revision=incident.state.revision),
        )

    @stage
    async def propagate(self, incident: Incident[State], message: Member) -> Arrives:
        hours, speed = travel(message.speed_km_s, message.wind_km_s)
        return Arrives(hours=hours, speed_km_s=speed)

    @stage(sends=("decided", "unanswered"))
    async def combine(self, incident: Incident[State], message: Members) -> None:
        if message.revision < incident.state.revision:
            incident.label("superseded")
            return
        arrivals = [Arrives.model_validate(r.result) for r in message.results if r.succeeded]
        hours = sorted(a.hours for a in arrivals)
        speed = statistics.median(a.speed_km_s for a in arrivals)
        incident.state.hours, incident.state.speed_km_s = statistics.median(hours), speed
        (incident.scratch / "forecast.json").write_text(json.dumps([a.model_dump() for a in arrivals]))
        incident.register("forecast.json", name=f"forecast-{message.revision}.json", role="forecast")
        incident.headline("At Earth in", f"{incident.state.hours:.0f} h", f"{hours[0]:.0f} to {hours[-1]:.0f} h")
        if speed < STORM_KM_S:
            incident.complete(f"no storm: {speed:.0f} km/s at Earth")
            return
        if incident.state.asked:  # they see the newest figures
            return
        incident.state.asked = True
        incident.ask(
            f"Warn of {incident.name}?",
            then=self.decided,
            form=Verdict,
            roles=["operator"],
            deadline_seconds=1800,
            otherwise=self.unanswered,
        )

    @stage
    async def decided(self, incident: Incident[State], message: Decision) -> None:
        assert message.answer is not None
        incident.state.warned = message.answer.warn
        incident.complete(message.answer.comment or ("warned" if message.answer.warn else "no warning"))

    @stage
    async def unanswered(self, incident: Incident[State], message: Answered) -> None:
        """Half an hour without an answer: a storm is warned of all the same."""
        incident.state.warned = True
        incident.complete("warned: nobody answered in half an hour")


def travel(speed_km_s: float, wind_km_s: float) -> tuple[float, float]:
    """Return the hours to Earth and the speed there, with drag against the wind, by bisection over time."""
    excess = speed_km_s - wind_km_s
    sign = math.copysign(1, excess)

    def distance_km(seconds: float) -> float:
        slowed = math.log1p(DRAG_PER_KM * abs(excess) * seconds) / DRAG_PER_KM
        return 20 * SUN_RADIUS_KM + sign * slowed + wind_km_s * seconds

    early, late = 0.0, 10 * 86_400.0
    for _ in range(60):
        middle = (early + late) / 2
        early, late = (middle, late) if distance_km(middle) < AU_KM else (early, middle)
    return late / 3600, excess / (1 + DRAG_PER_KM * abs(excess) * late) + wind_km_s

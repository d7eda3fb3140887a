"""What crosses HTTP about when incidents will be complete."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

Basis = Literal["simulations", "stages"]


class SimulationForecast(BaseModel):
    """Until when one simulation under way is likely to take."""

    simulation_id: str
    name: str
    state: str
    p10_at: datetime | None = None
    p50_at: datetime | None = None
    p90_at: datetime | None = None
    reason: str | None = Field(None, description="Why nobody can say")


class ForecastView(BaseModel):
    """By when an incident is likely to be complete: with a chance of one in ten, of half, of nine in ten."""

    incident_id: str
    made_at: datetime
    p10_at: datetime | None = None
    p50_at: datetime | None = None
    p90_at: datetime | None = None
    in_time: float | None = Field(None, description="Chance that it is complete by its deadline")
    basis: Basis | None = Field(
        None, description="Its simulations and what followed such ones, or how long others took from its stage on"
    )
    count: int = Field(0, description="Earlier incidents it goes by")
    reason: str | None = Field(None, description="Why there is no forecast")
    simulations: list[SimulationForecast] = Field([], description="Of those under way, up to 200")

"""Settings of simulations."""

from typing import Literal

from pydantic import BaseModel, Field

HouseRung = Literal["none", "urgent", "preempt", "reservation"]


class SimulationSettings(BaseModel):
    """How long to wait for machines, and what a budget means."""

    ask_seconds: float = Field(
        20.0, gt=0, le=600, description="How long a machine may take to say how its runs stand; then it is silent"
    )
    unknown_seconds: float = Field(
        120.0,
        ge=0,
        description="A run its machine does not know, or a machine that is silent: after this the run is in doubt",
    )
    callback_clock_seconds: float = Field(
        300.0, gt=0, le=86_400, description="How far the clock of a machine whose runs call back may be from ours"
    )
    queue_seconds: float = Field(
        120.0, gt=0, le=86_400, description="How often each machine's queue is looked at, to learn how long jobs wait"
    )
    start_probe_seconds: float = Field(
        3.0,
        ge=0,
        le=60,
        description="How long placement waits at most for batch systems to say when a run would start; 0: asks none",
    )
    budget: Literal["refuse", "warn"] = Field(
        "refuse", description="What becomes of a simulation its owner has no core-hours left for"
    )
    house_rung: HouseRung = Field(
        "urgent",
        description="The highest rung of a machine's ladder for the house's own runs, unless their incident's owner may"
        " use a higher one",
    )
    tail_viewers: int = Field(200, ge=1, description="Viewers of outputs at once")

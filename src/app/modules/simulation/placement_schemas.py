"""What crosses HTTP of the decision where a simulation runs: machines and rungs looked at, and what was predicted."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field, model_validator

from app.modules.machines import Provided


class QuantilesView(BaseModel):
    """Seconds that one in ten, half and nine in ten stay below; ``count`` runs before say so."""

    p10: float
    p50: float
    p90: float
    count: int
    basis: Literal["learned", "similar", "told", "guess"] = Field(
        "similar",
        description="The model of the machine's queue, runs like it, what its batch system says, or how long it is",
    )


class RunTimeView(BaseModel):
    """Seconds that half of the runs, and nine in ten, take at most."""

    p50: float
    p90: float
    basis: Literal["here", "elsewhere", "walltime"] = Field(
        description="Runs there, runs elsewhere, or all it may take"
    )
    count: int


class ToldStartView(BaseModel):
    """When a machine's batch system said that a run would start, if all before it use all their time."""

    starts_at: datetime
    asked_at: datetime
    turns: float = Field(
        0.0, description="How often runs it did not know of yet fill the machine before it, for a walltime each"
    )


class EstimateView(BaseModel):
    """When a run would be done, from when it was decided."""

    staging_seconds: float
    staging_bytes: int
    wait: QuantilesView
    run: RunTimeView
    done_seconds: float
    late_seconds: float = Field(description="Nine in ten are done by then")
    turn_seconds: float = Field(0.0, description="Until the machine takes another submission; its pace is limited")
    told: ToldStartView | None = Field(
        None, description="What its batch system said; asked only where no model of its queue is gone by"
    )


class CandidateView(BaseModel):
    """A machine that was looked at."""

    machine: str
    against: str | None = Field(None, description="Why not this one")
    estimate: EstimateView | None = None
    meets_deadline: bool | None = None


class VictimView(BaseModel):
    """A job that a run would stop."""

    native_id: str
    user: str | None
    cores: int
    lost_core_hours: float = Field(description="What it did so far, which may be lost")


class RungView(BaseModel):
    """A rung of a machine's ladder as it was weighed for the run."""

    machine: str
    kind: Literal["urgent", "preempt", "reservation"]
    partition: str | None = None
    qos: str | None = None
    reservation: str | None = None
    cost_factor: float
    core_hours: float = Field(description="Charged if it takes all the time it may")
    against: str | None = Field(None, description="Why not this one")
    wait_seconds: float | None = None
    late_seconds: float | None = Field(None, description="Done by then, from when it was decided")
    meets_deadline: bool | None = None
    victim_count: int = Field(0, description="Jobs of others it would stop")
    victim_cores: int = 0
    victims: list[VictimView] = Field([], description="Which; for those who may look at the machine's queue")

    @model_validator(mode="before")
    @classmethod
    def _counted(cls, kept: Any) -> Any:
        if not isinstance(kept, dict) or "victim_count" in kept:
            return kept
        victims = kept.get("victims", ())
        return {**kept, "victim_count": len(victims), "victim_cores": sum(one["cores"] for one in victims)}


class PlacementView(BaseModel):
    """Where it runs and why there."""

    machine: str | None = None
    reasons: list[str] = []
    candidates: list[CandidateView] = Field([], description="Every machine that was looked at")
    ladder: list[RungView] = Field([], description="Rungs that were weighed since all machines would be too late")
    rung: RungView | None = Field(None, description="The one it climbed to")
    cost_factor: float = Field(1.0, description="Core-hours charged there for each core-hour")
    software: list[Provided] = Field([], description="What of its machine's software it is given")
    decided_at: datetime | None = None

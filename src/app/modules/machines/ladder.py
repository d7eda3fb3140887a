"""A machine's ladder: the ways to have a run started sooner than others there, what each costs and who may climb it.

Its owner writes it down among the settings of the batch system. Each rung is tried only when the one before it would
be too late.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from app.kernel import drivers
from app.kernel.principal import Role
from app.modules.machines.models import Machine

RungKind = Literal["urgent", "preempt", "reservation"]
KINDS: tuple[RungKind, ...] = ("urgent", "preempt", "reservation")

_Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.,:@+-]*$")]
_GroupId = Annotated[str, Field(pattern=r"^grp_[0-9A-Za-z]{26}$")]


class Rung(BaseModel):
    """One way to have a run started sooner."""

    model_config = ConfigDict(extra="forbid")

    kind: RungKind = Field(
        description="A partition or QOS that goes first; one that stops others' runs; cores that are kept free"
    )
    partition: _Name | None = None
    qos: _Name | None = None
    reservation: _Name | None = None
    preempts: list[_Name] = Field([], max_length=50, description="Partitions and QOS whose running jobs make room")
    cost_factor: float = Field(1.0, strict=True, ge=0, le=1000, description="Core-hours charged for each core-hour")
    role: Literal["runner", "operator", "admin", "owner"] = Field("operator", description="The least that may use it")
    groups: list[_GroupId] = Field([], max_length=100, description="Their members may use it too")

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if (self.kind == "reservation") != (self.reservation is not None):
            raise ValueError("a reservation is named by the rung 'reservation', and by no other")
        if self.kind != "reservation" and self.partition is None and self.qos is None:
            raise ValueError(f"{self.kind} needs a partition or a qos to send runs to")
        if (self.kind == "preempt") != bool(self.preempts):
            raise ValueError("preempts names whom the rung 'preempt' stops, and belongs to no other")
        return self

    @property
    def place(self) -> str:
        """Say where runs go."""
        named = {"reservation": self.reservation, "partition": self.partition, "QOS": self.qos}
        return ", ".join(f"{what} {name}" for what, name in named.items() if name is not None)


def _in_order(rungs: list[Rung]) -> list[Rung]:
    if [one.kind for one in rungs] != sorted((one.kind for one in rungs), key=KINDS.index):
        raise ValueError(f"rungs stand in the order they are tried: {', '.join(KINDS)}")
    return rungs


Ladder = Annotated[list[Rung], Field(max_length=20), AfterValidator(_in_order)]


def ladder_of(machine: Machine) -> Sequence[Rung]:
    """Return the rungs above normal of a machine, the first to be tried first; none in test mode."""
    if machine.driver is None or machine.test_mode or not machine.settings.get("ladder"):
        return ()
    settings = drivers.load("machines.batch", machine.driver).Settings.model_validate(machine.settings)
    rungs: Sequence[Rung] = getattr(settings, "ladder", ())
    return rungs


def rungs_in(driver: str | None, settings: dict[str, Any]) -> set[tuple[Role, str]]:
    """Return the rungs in valid settings of a driver, each with the role it is for and in words that tell it apart."""
    if driver is None or not settings.get("ladder"):
        return set()
    rungs: Sequence[Rung] = getattr(
        drivers.load("machines.batch", driver).Settings.model_validate(settings), "ladder", ()
    )
    return {(Role[one.role.upper()], f"{driver} {one.model_dump_json()}") for one in rungs}

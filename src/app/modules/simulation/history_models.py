"""Every state a simulation was in, and since when: what `state_at` of the row forgets at the next change."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.scoping import BelongsTo, child_policies
from app.kernel.tables import Base
from app.modules.simulation.models import Simulation


class SimulationState(BelongsTo, Base):
    """One state a simulation was in. That it was created is in the simulation itself."""

    __tablename__ = "simulation_states"
    __table_args__ = (Index("ix_simulation_states_simulation", "simulation_id", "number"),)
    parent = ("simulation_id", Simulation)

    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    simulation_id: Mapped[str] = mapped_column(ForeignKey("simulations.id", ondelete="CASCADE"))
    attempt: Mapped[int]
    state: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    machine: Mapped[str | None]
    native_state: Mapped[str | None]
    text: Mapped[str | None]


EXTRA_DDL: tuple[str, ...] = child_policies(SimulationState)

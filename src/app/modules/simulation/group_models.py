"""The simulation_groups table: simulations asked for together, each on another machine, or to see which is first."""

from datetime import datetime

from sqlalchemy import CheckConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.scoping import Owned, owned_policies
from app.kernel.tables import Base


class SimulationGroup(Owned, Base):
    """Simulations asked for together. Instances are independent; in a race the first one wins and ends the others.

    It has no id prefix: its simulations are shared, each by itself.
    """

    __tablename__ = "simulation_groups"
    __table_args__ = (
        CheckConstraint("kind IN ('instances', 'race')", name="kind"),
        CheckConstraint("wins_on IN ('running', 'succeeded')", name="wins_on"),
        CheckConstraint("(kind = 'race') = (wins_on IS NOT NULL)", name="races_are_won"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    wins_on: Mapped[str | None]
    winner_id: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


EXTRA_DDL: tuple[str, ...] = owned_policies(SimulationGroup)

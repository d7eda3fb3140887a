"""The simulations table: runs we want, have, or had, with the batch system's view kept beside ours."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.tables import Base

STATES = ("created", "queued", "running", "completing", "succeeded", "failed", "timed_out", "cancelled", "lost")
TERMINAL = ("succeeded", "failed", "timed_out", "cancelled", "lost")


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


class Simulation(Base):
    """One run on a machine's batch system. A retry is the same row with the next attempt and a new marker."""

    __tablename__ = "simulations"
    __table_args__ = (
        CheckConstraint(f"state IN ({_quoted(STATES)})", name="state"),
        CheckConstraint("submission IN ('none', 'intent', 'submitted')", name="submission"),
        CheckConstraint(f"(finished_at IS NOT NULL) = (state IN ({_quoted(TERMINAL)}))", name="finished"),
        Index("ix_simulations_created", "created_at", "id"),
        Index("ix_simulations_incident", "incident_id", "created_at", "id"),
        Index(
            "ix_simulations_active", "machine_id", postgresql_where=text(f"state NOT IN ({_quoted(TERMINAL)})")
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    incident_id: Mapped[str | None]
    stage_id: Mapped[str | None]
    stage: Mapped[str | None]
    owner_id: Mapped[str | None]
    name: Mapped[str]
    spec: Mapped[dict[str, Any]] = mapped_column(JSONB)
    urgency: Mapped[int] = mapped_column(server_default=text("0"))
    state: Mapped[str] = mapped_column(server_default=text("'created'"))
    state_at: Mapped[datetime] = mapped_column(server_default=func.now())
    # Why it has not moved on, in words, when the state alone does not say it.
    waiting_text: Mapped[str | None]

    attempt: Mapped[int] = mapped_column(server_default=text("1"))
    failed_attempts: Mapped[int] = mapped_column(server_default=text("0"))
    max_attempts: Mapped[int]

    machine_id: Mapped[str | None] = mapped_column(ForeignKey("machines.id"))
    machine: Mapped[str | None]
    driver: Mapped[str | None]
    placement: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    # none -> intent (we may have submitted under this marker) -> submitted (the batch system's answer is recorded)
    submission: Mapped[str] = mapped_column(server_default=text("'none'"))
    marker: Mapped[str | None]
    native_id: Mapped[str | None]
    native_state: Mapped[str | None]
    progress: Mapped[str | None]
    cancel_requested_at: Mapped[datetime | None]

    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    queued_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    seconds: Mapped[float | None] = mapped_column(Double)  # of the run itself, once it has ended
    exit_code: Mapped[int | None]
    error: Mapped[str | None]
    usage: Mapped[dict[str, Any] | None] = mapped_column(JSONB)

    callback_kind: Mapped[str | None]
    callback_payload: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


EXTRA_DDL: tuple[str, ...] = (
    """
    CREATE FUNCTION simulations_end_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'simulation % ended as % and stays so', OLD.id, OLD.state USING ERRCODE = 'check_violation';
    END $$
    """,
    f"""
    CREATE TRIGGER simulations_end_once BEFORE UPDATE ON simulations FOR EACH ROW
    WHEN (OLD.state IN ({_quoted(TERMINAL)})
          AND (OLD.state, OLD.attempt, OLD.marker, OLD.exit_code, OLD.finished_at)
          IS DISTINCT FROM (NEW.state, NEW.attempt, NEW.marker, NEW.exit_code, NEW.finished_at))
    EXECUTE FUNCTION simulations_end_once()
    """,
)

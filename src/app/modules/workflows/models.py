"""Incidents, their stages, and gathers: the fan-in of an ensemble's ends."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.scoping import BelongsTo, Owned, child_policies, owned_policies
from app.kernel.tables import Base

INCIDENT_STATES = ("pending", "active", "completing", "complete", "cancelled", "error", "archived")
OPEN_STATES = ("pending", "active", "completing")
STAGE_STATES = ("queued", "running", "succeeded", "failed", "cancelled")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(v) for v in values)})"


class IncidentRow(Owned, Base):
    """One instance of a workflow. ``revision`` guards its state: it grows with every change of ``state_data``."""

    __tablename__ = "incidents"
    id_prefix = "inc"
    __table_args__ = (
        CheckConstraint(_one_of("state", INCIDENT_STATES), name="state"),
        Index(
            "uq_incidents_workflow_key",
            "workflow",
            "key",
            unique=True,
            postgresql_where=text("key IS NOT NULL AND state <> 'archived'"),
        ),
        Index("ix_incidents_opened", "opened_at", "id"),
        Index("ix_incidents_open", "state", postgresql_where=text("state IN ('pending', 'active', 'completing')")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    workflow: Mapped[str]
    workflow_version: Mapped[str]
    key: Mapped[str | None]
    state: Mapped[str]
    exercise: Mapped[bool] = mapped_column(server_default=text("false"))
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    state_data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    revision: Mapped[int] = mapped_column(server_default=text("0"))
    headline: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    area: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    source_item: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    waiting: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    comment: Mapped[str | None]
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    activated_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    deadline_at: Mapped[datetime | None]


class StageRow(BelongsTo, Base):
    """One message to one stage of an incident, and how it went."""

    __tablename__ = "stages"
    __table_args__ = (
        CheckConstraint(_one_of("state", STAGE_STATES), name="state"),
        Index("ix_stages_incident", "incident_id", "id"),
    )
    parent = ("incident_id", IncidentRow)

    id: Mapped[str] = mapped_column(primary_key=True)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incidents.id"))
    name: Mapped[str]
    message: Mapped[dict[str, Any]] = mapped_column(JSONB)
    originator: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=text("'queued'"))
    attempt: Mapped[int] = mapped_column(server_default=text("0"))
    attempts_log: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    job_id: Mapped[str | None]
    label: Mapped[str | None]
    error: Mapped[str | None]
    due_at: Mapped[datetime | None]
    queued_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class WorkflowVersion(Base):
    """A version of a workflow that was in use on some node; its folder is kept under <data>/definitions."""

    __tablename__ = "workflow_versions"

    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    stages: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    loaded_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Gather(BelongsTo, Base):
    """A message held back until all its simulations have ended."""

    __tablename__ = "gathers"
    parent = ("incident_id", IncidentRow)

    id: Mapped[str] = mapped_column(primary_key=True)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incidents.id"), index=True)
    stage_id: Mapped[str] = mapped_column(ForeignKey("stages.id"))
    then: Mapped[str]
    message: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sent_stage_id: Mapped[str | None]


class GatherMember(BelongsTo, Base):
    """One simulation a gather waits for."""

    __tablename__ = "gather_members"
    parent = ("gather_id", Gather)

    gather_id: Mapped[str] = mapped_column(ForeignKey("gathers.id"), primary_key=True)
    simulation_id: Mapped[str] = mapped_column(primary_key=True)
    ended: Mapped[bool] = mapped_column(server_default=text("false"))


# A terminal incident or stage never changes its outcome; only archiving an ended incident is allowed.
EXTRA_DDL: tuple[str, ...] = (
    """
    CREATE FUNCTION incidents_stay_ended() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.state IN ('complete', 'cancelled', 'error', 'archived') AND NEW.state <> OLD.state
         AND NEW.state <> 'archived' THEN
        RAISE EXCEPTION 'incident % has ended as %', OLD.id, OLD.state USING ERRCODE = 'restrict_violation';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER incidents_stay_ended BEFORE UPDATE ON incidents
    FOR EACH ROW EXECUTE FUNCTION incidents_stay_ended()
    """,
    """
    CREATE FUNCTION stages_stay_ended() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.state IN ('succeeded', 'failed', 'cancelled') THEN
        RAISE EXCEPTION 'stage % has ended as %', OLD.id, OLD.state USING ERRCODE = 'restrict_violation';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER stages_stay_ended BEFORE UPDATE ON stages
    FOR EACH ROW EXECUTE FUNCTION stages_stay_ended()
    """,
    *owned_policies(IncidentRow),
    *child_policies(StageRow),
    *child_policies(Gather),
    *child_policies(GatherMember),
)

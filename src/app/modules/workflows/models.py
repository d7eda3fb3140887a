"""Incidents, their stages, and gathers: the fan-in of an ensemble's ends."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.scoping import BelongsTo, Owned, child_policies, owned_policies
from app.kernel.tables import Base

INCIDENT_STATES = ("pending", "active", "completing", "complete", "cancelled", "error", "archived")
OPEN_STATES = ("pending", "active", "completing")
ENDED_STATES = ("complete", "cancelled", "error")
URGENCIES = ("critical", "high", "normal", "low")
PUBLICATION_KINDS = ("alert", "item", "page")
STAGE_ROLES = ("stage", "compensation", "shutdown", "finaliser")
QUESTION_STATES = ("asked", "answered", "expired", "withdrawn")
GATHER_KINDS = ("simulation", "stage", "child")
STAGE_STATES = ("queued", "running", "succeeded", "failed", "cancelled")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(v) for v in values)})"


class IncidentRow(Owned, Base):
    """One instance of a workflow. ``revision`` guards its state: it grows with every change of ``state_data``."""

    __tablename__ = "incidents"
    id_prefix = "inc"
    __table_args__ = (
        CheckConstraint(_one_of("state", INCIDENT_STATES), name="state"),
        CheckConstraint(_one_of("urgency", URGENCIES), name="urgency"),
        Index(
            "uq_incidents_workflow_key",
            "workflow",
            "key",
            unique=True,
            postgresql_where=text("key IS NOT NULL AND state <> 'archived'"),
        ),
        Index("ix_incidents_opened", "opened_at", "id"),
        Index("ix_incidents_open", "state", postgresql_where=text("state IN ('pending', 'active', 'completing')")),
        Index("ix_incidents_deadline", "deadline_at", postgresql_where=text("state IN ('active', 'completing')")),
        Index("ix_incidents_parent", "parent_id", postgresql_where=text("parent_id IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    workflow: Mapped[str]
    workflow_version: Mapped[str]
    key: Mapped[str | None]
    state: Mapped[str]
    exercise: Mapped[bool] = mapped_column(server_default=text("false"))
    urgency: Mapped[str] = mapped_column(server_default=text("'normal'"))
    duration_seconds: Mapped[float] = mapped_column(Double, server_default=text("86400"))
    # What is sent when it is activated, and again when it is run again: {"stage", "message"}.
    opening: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    rerun_of: Mapped[str | None] = mapped_column(ForeignKey("incidents.id"))
    # The incident that opened this one as its child, and the gather there that waits for its end.
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("incidents.id"))
    parent_gather_id: Mapped[str | None]
    # How it ends once what is under way has ended, when somebody decided that before: {"state", "reason"}.
    ending: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    outcome: Mapped[str | None]  # of an archived one: the state it had ended in
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
    archived_at: Mapped[datetime | None]


class StageRow(BelongsTo, Base):
    """One message to one stage of an incident, and how it went."""

    __tablename__ = "stages"
    __table_args__ = (
        CheckConstraint(_one_of("state", STAGE_STATES), name="state"),
        CheckConstraint(_one_of("role", STAGE_ROLES), name="role"),
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
    # None: it waits for its turn behind another, as a mutex stage or one that runs while the incident ends.
    job_id: Mapped[str | None]
    role: Mapped[str] = mapped_column(server_default=text("'stage'"))
    urgency: Mapped[str] = mapped_column(server_default=text("'normal'"))
    gather_id: Mapped[str | None]
    max_attempts: Mapped[int] = mapped_column(server_default=text("5"))
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
    """A message held back until enough of its members have succeeded, all have ended, or its deadline has passed."""

    __tablename__ = "gathers"
    __table_args__ = (CheckConstraint(_one_of("kind", GATHER_KINDS), name="kind"),)
    parent = ("incident_id", IncidentRow)

    id: Mapped[str] = mapped_column(primary_key=True)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incidents.id"), index=True)
    stage_id: Mapped[str] = mapped_column(ForeignKey("stages.id"))
    kind: Mapped[str] = mapped_column(server_default=text("'simulation'"))
    then: Mapped[str]
    message: Mapped[dict[str, Any]] = mapped_column(JSONB)
    wanted: Mapped[int | None] = mapped_column(comment="How many have to succeed; None: all have to end")
    cancel_rest: Mapped[bool] = mapped_column(server_default=text("false"))
    deadline_at: Mapped[datetime | None]
    sent_stage_id: Mapped[str | None]


class GatherMember(BelongsTo, Base):
    """One simulation, stage or child incident a gather waits for."""

    __tablename__ = "gather_members"
    parent = ("gather_id", Gather)

    gather_id: Mapped[str] = mapped_column(ForeignKey("gathers.id"), primary_key=True)
    member_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(server_default=text("''"))
    ended: Mapped[bool] = mapped_column(server_default=text("false"))
    late: Mapped[bool] = mapped_column(server_default=text("false"), comment="Ended after the message was sent")
    state: Mapped[str | None] = mapped_column(comment="It ended in")
    error: Mapped[str | None]
    result: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))


class Question(BelongsTo, Base):
    """What people were asked by a stage, and what the first of them said."""

    __tablename__ = "questions"
    __table_args__ = (
        CheckConstraint(_one_of("state", QUESTION_STATES), name="state"),
        Index("ix_questions_incident", "incident_id", "id"),
    )
    parent = ("incident_id", IncidentRow)

    id: Mapped[str] = mapped_column(primary_key=True)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incidents.id"))
    stage_id: Mapped[str] = mapped_column(ForeignKey("stages.id"))
    question: Mapped[str]
    form: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"), comment="JSON Schema of an answer")
    then: Mapped[str]
    otherwise: Mapped[str | None]
    roles: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    users: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    state: Mapped[str] = mapped_column(server_default=text("'asked'"))
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    deadline_at: Mapped[datetime | None]
    answer: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]


class Publication(BelongsTo, Base):
    """What was made public of an incident, behind a link only its hash is kept of, until it is revoked."""

    __tablename__ = "publications"
    __table_args__ = (CheckConstraint(_one_of("kind", PUBLICATION_KINDS), name="kind"),)
    parent = ("incident_id", IncidentRow)

    id: Mapped[str] = mapped_column(primary_key=True)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incidents.id"), index=True)
    kind: Mapped[str]
    link_hash: Mapped[str] = mapped_column(unique=True)
    document: Mapped[str | None]  # of an alert its XML, of an item its JSON; a page is made when it is asked for
    dataset_ids: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    published_by: Mapped[str]
    published_at: Mapped[datetime] = mapped_column(server_default=func.now())
    revoked_at: Mapped[datetime | None]


# What has ended stays as it ended, with two ways on: it is archived, or an incident that stopped with an error is
# tried again, and with it the stages that failed or were cancelled then.
EXTRA_DDL: tuple[str, ...] = (
    """
    CREATE FUNCTION incidents_stay_ended() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.state IN ('complete', 'cancelled', 'error', 'archived') AND NEW.state <> OLD.state
         AND NEW.state <> 'archived' AND NOT (OLD.state = 'error' AND NEW.state = 'active') THEN
        RAISE EXCEPTION 'incident % has ended as %', OLD.id, OLD.state USING ERRCODE = 'restrict_violation';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER incidents_stay_ended BEFORE UPDATE ON incidents FOR EACH ROW
    WHEN (OLD.state IN ('complete', 'cancelled', 'error', 'archived')) EXECUTE FUNCTION incidents_stay_ended()
    """,
    """
    CREATE FUNCTION stages_stay_ended() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.state IN ('succeeded', 'failed', 'cancelled') AND NOT (
        OLD.state <> 'succeeded' AND NEW.state = 'queued'
        AND EXISTS (SELECT FROM incidents WHERE id = NEW.incident_id AND state = 'active')
      ) THEN
        RAISE EXCEPTION 'stage % has ended as %', OLD.id, OLD.state USING ERRCODE = 'restrict_violation';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER stages_stay_ended BEFORE UPDATE ON stages FOR EACH ROW
    WHEN (OLD.state IN ('succeeded', 'failed', 'cancelled')) EXECUTE FUNCTION stages_stay_ended()
    """,
    # Which of the incidents have something under way beside one stage and its job. Called by a statement that has
    # locked them: what this asks has a snapshot of its own, taken after that. Each is looked up by its incident; for
    # the odd inequality no planner reads a whole table beforehand instead.
    """
    CREATE FUNCTION incidents_under_way(incident_ids text[], stage_ids text[], job_ids text[])
    RETURNS SETOF text STRICT LANGUAGE plpgsql AS $$
    BEGIN
      RETURN QUERY SELECT g.incident_id FROM unnest(incident_ids, stage_ids, job_ids)
        AS g (incident_id, stage_id, job_id)
      WHERE EXISTS (SELECT FROM stages o
          WHERE o.incident_id = g.incident_id AND o.id <> g.stage_id AND o.state IN ('queued', 'running'))
        OR EXISTS (SELECT FROM jobs o WHERE o.incident_id = g.incident_id AND o.id <> g.job_id)
        OR EXISTS (SELECT FROM gathers o WHERE o.incident_id = g.incident_id AND o.id <> g.job_id)
        OR EXISTS (SELECT FROM questions o
          WHERE o.incident_id = g.incident_id AND o.id <> g.job_id AND o.state = 'asked')
        OR EXISTS (SELECT FROM incidents o WHERE o.parent_id = g.incident_id AND o.id <> g.job_id);
    END $$
    """,
    # A row changes soon after it was made: its next version fits beside it, and no index has to be told.
    "ALTER TABLE incidents SET (fillfactor = 60)",
    "ALTER TABLE stages SET (fillfactor = 60)",
    *owned_policies(IncidentRow),
    *child_policies(StageRow),
    *child_policies(Publication),
    *child_policies(Gather),
    *child_policies(GatherMember),
    *child_policies(Question),
)

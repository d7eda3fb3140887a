"""Tables: live jobs, the archive of finished ones, and the attempts that were followed by another.

``jobs`` holds queued and running rows only, so it and its indexes stay small however long the history grows.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.tables import Base


class Job(Base):
    """A unit of work that has not ended: queued (due or not) or running under a lease."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running')", name="state"),
        CheckConstraint("state = 'queued' OR (node IS NOT NULL AND lease_until IS NOT NULL)", name="leased"),
        # The claim walks this in order and decides on kind without touching the table.
        Index(
            "ix_jobs_ready",
            text("priority DESC"),
            "run_at",
            "number",
            "kind",
            postgresql_where=text("state = 'queued'"),
        ),
        # Only delayed jobs are in it (an immediate job's run_at equals its created_at): the worker's next deadline.
        Index("ix_jobs_delayed", "run_at", postgresql_where=text("state = 'queued' AND run_at > created_at")),
        Index("ix_jobs_leases", "lease_until", postgresql_where=text("state = 'running'")),
        Index("uq_jobs_unique_key", "unique_key", unique=True, postgresql_where=text("unique_key IS NOT NULL")),
        Index("ix_jobs_incident", "incident_id", "number", postgresql_where=text("incident_id IS NOT NULL")),
        Index("ix_jobs_number", "number", unique=True),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    kind: Mapped[str]
    queue: Mapped[str]
    priority: Mapped[int] = mapped_column(server_default=text("0"))
    state: Mapped[str] = mapped_column(server_default=text("'queued'"))
    run_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    attempt: Mapped[int] = mapped_column(server_default=text("0"), comment="Claims so far; the fencing token")
    failed_count: Mapped[int] = mapped_column(server_default=text("0"), comment="Attempts that failed or timed out")
    lost_count: Mapped[int] = mapped_column(server_default=text("0"), comment="Attempts whose node vanished")
    max_attempts: Mapped[int]
    node: Mapped[str | None] = mapped_column(comment="Boot id of the node whose attempt it is")
    lease_until: Mapped[datetime | None]
    cancel_requested_at: Mapped[datetime | None]
    unique_key: Mapped[str | None]
    incident_id: Mapped[str | None]
    simulation_id: Mapped[str | None]
    last_error: Mapped[str | None]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)


class FinishedJob(Base):
    """A job that ended. Never changed: a trigger refuses UPDATE, and DELETE outside retention."""

    __tablename__ = "finished_jobs"
    __table_args__ = (
        CheckConstraint("state IN ('succeeded', 'failed', 'timed_out', 'cancelled', 'quarantined')", name="state"),
        Index("ix_finished_jobs_number", "number", unique=True),
        Index("ix_finished_jobs_kind", "kind", "number"),
        Index("ix_finished_jobs_incident", "incident_id", "number", postgresql_where=text("incident_id IS NOT NULL")),
        Index("ix_finished_jobs_trouble", "state", "number", postgresql_where=text("state <> 'succeeded'")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str]
    queue: Mapped[str]
    priority: Mapped[int]
    state: Mapped[str]
    run_at: Mapped[datetime]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime] = mapped_column(server_default=func.now())
    attempt: Mapped[int]
    failed_count: Mapped[int]
    lost_count: Mapped[int]
    max_attempts: Mapped[int]
    node: Mapped[str | None]
    unique_key: Mapped[str | None]
    incident_id: Mapped[str | None]
    simulation_id: Mapped[str | None]
    error: Mapped[str | None]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class JobAttempt(Base):
    """An attempt that was followed by another; the last attempt's record is the finished job itself."""

    __tablename__ = "job_attempts"
    __table_args__ = (CheckConstraint("outcome IN ('failed', 'timed_out', 'lost', 'released')", name="outcome"),)

    job_id: Mapped[str] = mapped_column(primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True)
    node: Mapped[str]
    outcome: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime] = mapped_column(server_default=func.now())
    error: Mapped[str | None]


EXTRA_DDL: tuple[str, ...] = (
    # Rows live for milliseconds: vacuum by count, not by share of the table, and without pauses.
    """ALTER TABLE jobs SET (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_threshold = 5000)""",
    """CREATE FUNCTION finished_jobs_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND current_setting('stormbell.retention', true) = 'on' THEN
            RETURN NULL;
        END IF;
        RAISE EXCEPTION 'a finished job never changes' USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    """CREATE TRIGGER finished_jobs_are_final BEFORE UPDATE OR DELETE OR TRUNCATE ON finished_jobs
    FOR EACH STATEMENT EXECUTE FUNCTION finished_jobs_are_final()""",
)

"""Tables: live jobs, the archive of finished ones, the attempts that were followed by another, and what they wait for.

``jobs`` holds live rows only, so it and its indexes stay small however long the history grows. ``finished_jobs`` and
``job_attempts`` are partitioned by day; old days are dropped whole.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.kernel.scoping import BelongsTo, OwnedFact, child_policies, policies, seen_sql
from app.kernel.tables import Base


class Job(OwnedFact, Base):
    """A unit of work that has not ended: queued (due or not), running under a lease, or held at its gates.

    A held job is told to people as queued: what it waits for is in ``gates`` (a limit, a paused queue, its turn) and
    in ``job_dependencies``. Only the keeper moves jobs between held and queued.
    """

    __tablename__ = "jobs"
    shared_by = ("incident_id", "simulation_id")
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'held')", name="state"),
        CheckConstraint("state <> 'running' OR (node IS NOT NULL AND lease_until IS NOT NULL)", name="leased"),
        # The claim walks this in order and decides on kind without touching the table.
        Index(
            "ix_jobs_ready",
            text("priority DESC"),
            "run_at",
            "number",
            "kind",
            text("((number % 512)::smallint)"),
            postgresql_where=text("state = 'queued'"),
        ),
        # Only delayed jobs are in it (an immediate job's run_at equals its created_at): the worker's next deadline.
        Index("ix_jobs_delayed", "run_at", postgresql_where=text("state = 'queued' AND run_at > created_at")),
        # The few that were lost twice: each has its last chance alone.
        Index("ix_jobs_last_chance", "node", postgresql_where=text("lost_count >= 2")),
        Index("ix_jobs_leases", "lease_until", postgresql_where=text("state = 'running'")),
        Index("uq_jobs_unique_key", "unique_key", unique=True, postgresql_where=text("unique_key IS NOT NULL")),
        Index("ix_jobs_incident", "incident_id", "number", postgresql_where=text("incident_id IS NOT NULL")),
        # Running jobs are few and found by their leases: what is claimed pays nothing for this one. Kind and queue are
        # decided on in it: among 100,000 that wait, a page of a kind that none has took 54 ms over the table, 3 here.
        Index("ix_jobs_number", "number", "kind", "queue", postgresql_where=text("state <> 'running'")),
        Index("ix_jobs_batch", "batch_id", "number", postgresql_where=text("batch_id IS NOT NULL")),
        Index(
            "ix_jobs_origin",
            text("split_part(origin, '@', 1)"),
            "number",
            postgresql_where=text("origin IS NOT NULL"),
        ),
        # Held jobs by what holds them, in the order they are let go: the keeper reads the head of each set of gates.
        Index(
            "ix_jobs_held",
            "gates",
            text("priority DESC"),
            "run_at",
            "number",
            postgresql_where=text("state = 'held'"),
        ),
        Index("ix_jobs_held_due", "run_at", postgresql_where=text("state = 'held'")),
        Index(
            "ix_jobs_held_turn",
            "queue",
            text("((number % 512)::smallint)"),
            "number",
            postgresql_where=text("state = 'held'"),
        ),
        # What counts against gates now: seldom many, however many are held.
        Index("ix_jobs_admitted", "gates", postgresql_where=text("state <> 'held' AND gates IS NOT NULL")),
        Index(
            "ix_jobs_too_late",
            text("least(expires_at, deadline_at)"),
            postgresql_where=text("expires_at IS NOT NULL OR deadline_at IS NOT NULL"),
        ),
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
    batch_id: Mapped[str | None]
    origin: Mapped[str | None] = mapped_column(comment="Who or what made it: usr_…, sch_…@target, job_… it repeats")
    gates: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="Limits it counts against, by scope:name")
    followed: Mapped[bool] = mapped_column(server_default=text("false"), comment="Something waits for its end")
    expires_at: Mapped[datetime | None] = mapped_column(comment="Not to be started after this")
    deadline_at: Mapped[datetime | None] = mapped_column(comment="Not to go on after this, attempts included")
    begun: Mapped[bool] = mapped_column(server_default=text("false"), comment="An attempt may have had effects")
    last_error: Mapped[str | None]
    trace: Mapped[str | None] = mapped_column(comment="W3C traceparent of what made it, while traces are taken")
    limit_key: Mapped[str | None]
    options_digest: Mapped[str | None] = mapped_column(comment="Of the other options beside an idempotency key")
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)


class FinishedJob(OwnedFact, Base):
    """A job that ended. Never changed: a trigger refuses UPDATE, and DELETE outside retention."""

    __tablename__ = "finished_jobs"
    shared_by = ("incident_id", "simulation_id")
    __table_args__ = (
        CheckConstraint("state IN ('succeeded', 'failed', 'timed_out', 'cancelled', 'quarantined')", name="state"),
        Index("ix_finished_jobs_number", "number"),
        Index("ix_finished_jobs_kind", "kind", "number"),
        Index("ix_finished_jobs_incident", "incident_id", "number", postgresql_where=text("incident_id IS NOT NULL")),
        Index("ix_finished_jobs_trouble", "state", "number", postgresql_where=text("state <> 'succeeded'")),
        Index(
            "ix_finished_jobs_kind_trouble", "kind", "state", "number", postgresql_where=text("state <> 'succeeded'")
        ),
        Index(
            "ix_finished_jobs_batch_trouble",
            "batch_id",
            "state",
            "number",
            postgresql_where=text("state <> 'succeeded' AND batch_id IS NOT NULL"),
        ),
        # Most jobs are of the default queue: what ends there pays nothing for these.
        Index(
            "ix_finished_jobs_queue_trouble",
            "queue",
            "state",
            "number",
            postgresql_where=text("state <> 'succeeded' AND queue <> 'default'"),
        ),
        Index("ix_finished_jobs_queue", "queue", "number", postgresql_where=text("queue <> 'default'")),
        Index("ix_finished_jobs_batch", "batch_id", "number", postgresql_where=text("batch_id IS NOT NULL")),
        # By who or what: one schedule's jobs, whatever their target times.
        Index(
            "ix_finished_jobs_origin",
            text("split_part(origin, '@', 1)"),
            "number",
            postgresql_where=text("origin IS NOT NULL"),
        ),
        {"postgresql_partition_by": "RANGE (finished_at)"},
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
    finished_at: Mapped[datetime] = mapped_column(server_default=func.now(), primary_key=True)
    attempt: Mapped[int]
    failed_count: Mapped[int]
    lost_count: Mapped[int]
    max_attempts: Mapped[int]
    node: Mapped[str | None]
    unique_key: Mapped[str | None]
    incident_id: Mapped[str | None]
    simulation_id: Mapped[str | None]
    batch_id: Mapped[str | None]
    origin: Mapped[str | None]
    limit_key: Mapped[str | None]
    options_digest: Mapped[str | None]
    error: Mapped[str | None]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    # A partitioned table's key has to hold the partition's column; an id is unique all the same.
    __mapper_args__ = {"primary_key": [id]}  # noqa: A003, RUF012 (SQLAlchemy reads the column from the class)


class JobAttempt(Base):
    """An attempt that was followed by another; the last attempt's record is the finished job itself."""

    __tablename__ = "job_attempts"
    __table_args__ = (
        CheckConstraint("outcome IN ('failed', 'timed_out', 'lost', 'released')", name="outcome"),
        {"postgresql_partition_by": "RANGE (ended_at)"},
    )

    job_id: Mapped[str] = mapped_column(primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True)
    node: Mapped[str]
    outcome: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime] = mapped_column(server_default=func.now(), primary_key=True)
    error: Mapped[str | None]


class JobProgress(Base):
    """How far a job's newest attempt has come, as its handler says. Not in ``jobs``: that row stays short and still."""

    __tablename__ = "job_progress"

    job_id: Mapped[str] = mapped_column(primary_key=True)
    attempt: Mapped[int]
    fraction: Mapped[float | None]
    message: Mapped[str | None]
    counters: Mapped[dict[str, float]] = mapped_column(JSONB, server_default=text("'{}'"))
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


class JobDependency(Base):
    """A held job and one it waits for; gone once that has ended."""

    __tablename__ = "job_dependencies"
    __table_args__ = (
        CheckConstraint("on_failure IN ('cancel', 'run')", name="on_failure"),
        Index("ix_job_dependencies_after", "after_id"),
        Index("ix_job_dependencies_new", "job_id", postgresql_where=text("NOT noted")),
    )

    job_id: Mapped[str] = mapped_column(primary_key=True)
    after_id: Mapped[str] = mapped_column(primary_key=True)
    on_failure: Mapped[str]
    noted: Mapped[bool] = mapped_column(server_default=text("false"), comment="The one it waits for is followed")


class JobEnding(Base):
    """The end of a followed job, written in the commit that ended it, until the keeper has drawn the consequences."""

    __tablename__ = "job_endings"

    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    job_id: Mapped[str]
    batch_id: Mapped[str | None]
    state: Mapped[str]


class JobBatch(OwnedFact, Base):
    """Jobs that are followed together, and the job that is queued when the last of them has ended."""

    __tablename__ = "job_batches"
    id_prefix = "bat"
    __table_args__ = (
        Index("ix_job_batches_open", "sealed_at", postgresql_where=text("finished_at IS NULL")),
        Index(
            "ix_job_batches_untold",
            "finished_at",
            postgresql_where=text("finished_at IS NOT NULL AND callback_kind IS NOT NULL AND callback_job_id IS NULL"),
        ),
        Index("ix_job_batches_created", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    total: Mapped[int] = mapped_column(server_default=text("0"))
    callback_kind: Mapped[str | None]
    callback_payload: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    callback_job_id: Mapped[str | None]
    ended_count: Mapped[int] = mapped_column(server_default=text("0"))
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=text("'{}'"), comment="By final state")
    created_by: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sealed_at: Mapped[datetime | None] = mapped_column(comment="No more jobs are added after this")
    finished_at: Mapped[datetime | None]


class JobQueue(Base):
    """What somebody decided about a queue. A queue nobody decided about is active and has no row."""

    __tablename__ = "job_queues"
    __table_args__ = (CheckConstraint("state IN ('active', 'paused', 'draining')", name="state"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(server_default=text("'active'"))
    fifo: Mapped[bool] = mapped_column(server_default=text("false"), comment="One job a section, by number")
    reason: Mapped[str | None]
    changed_by: Mapped[str | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    adopted_at: Mapped[datetime | None] = mapped_column(comment="When jobs queued before it were last looked for")


class JobLimit(Base):
    """How many jobs of a kind, a queue or a key may run at once, or begin in a period, on all nodes together."""

    __tablename__ = "job_limits"
    __table_args__ = (
        CheckConstraint("scope IN ('kind', 'queue', 'key')", name="scope"),
        CheckConstraint("concurrency >= 0", name="concurrency"),
        CheckConstraint("(rate IS NULL) = (period_seconds IS NULL)", name="rate"),
    )

    scope: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True, comment="For keys also a prefix that ends in *")
    concurrency: Mapped[int | None]
    rate: Mapped[float | None] = mapped_column(comment="Jobs that may begin in a period")
    period_seconds: Mapped[float | None]
    declared: Mapped[bool] = mapped_column(server_default=text("false"), comment="By the kind, not by a person")
    changed_by: Mapped[str | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    adopted_at: Mapped[datetime | None] = mapped_column(comment="When jobs queued before it were last looked for")


class JobAllowance(Base):
    """What began lately at a gate with a rate, in groups: a window that slides, so no period ever holds too many."""

    __tablename__ = "job_allowances"

    gate: Mapped[str] = mapped_column(primary_key=True)
    pending: Mapped[int] = mapped_column(comment="Let go and not begun when last looked at")
    recent: Mapped[list[list[float]]] = mapped_column(JSONB, comment="[when, how many began by then]; Unix seconds")


class Schedule(OwnedFact, Base):
    """A job made again and again, at the times a cron line or an interval names."""

    __tablename__ = "schedules"
    id_prefix = "sch"
    __table_args__ = (
        CheckConstraint("(cron IS NULL) <> (interval_seconds IS NULL)", name="times"),
        CheckConstraint("catch_up IN ('all', 'latest', 'none')", name="catch_up"),
        CheckConstraint("overlap IN ('allow', 'skip', 'wait')", name="overlap"),
        Index("ix_schedules_next", "next_at", postgresql_where=text("enabled")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    queue: Mapped[str | None] = mapped_column(comment="None: the kind's")
    urgency: Mapped[str] = mapped_column(server_default=text("'normal'"))
    priority: Mapped[int] = mapped_column(server_default=text("0"))
    max_attempts: Mapped[int | None] = mapped_column(comment="None: the kind's")
    cron: Mapped[str | None]
    interval_seconds: Mapped[float | None]
    time_zone: Mapped[str] = mapped_column(server_default=text("'UTC'"))
    jitter_seconds: Mapped[float] = mapped_column(server_default=text("0"))
    catch_up: Mapped[str] = mapped_column(server_default=text("'latest'"))
    overlap: Mapped[str] = mapped_column(server_default=text("'allow'"))
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    declared: Mapped[bool] = mapped_column(server_default=text("false"), comment="By a module, not by a person")
    next_at: Mapped[datetime | None]
    created_by: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(server_default=text("1"))


class ScheduleRun(BelongsTo, Base):
    """One target time of a schedule and the job made for it: there is never a second one."""

    __tablename__ = "schedule_runs"
    parent = ("schedule_id", Schedule)

    schedule_id: Mapped[str] = mapped_column(primary_key=True)
    target_at: Mapped[datetime] = mapped_column(primary_key=True)
    job_id: Mapped[str | None]
    skipped: Mapped[str | None] = mapped_column(comment="Why there is no job: missed, overlap or refused")
    made_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


# A job is in one of two tables; each hides what its own policy hides.
_OF_JOB = (
    "(EXISTS (SELECT FROM jobs WHERE jobs.id = {0}.job_id)"
    " OR EXISTS (SELECT FROM finished_jobs WHERE finished_jobs.id = {0}.job_id))"
)


def _owned_or_house(kind: type[OwnedFact], name: str) -> str:
    shared = seen_sql(f"{name}.owner_id", [f"{name}.{column}" for column in kind.shared_by])
    return f"({name}.owner_id IS NULL OR {shared})"


EXTRA_DDL: tuple[str, ...] = (
    # Rows live for milliseconds: vacuum by count, not by share of the table, and without pauses.
    """ALTER TABLE jobs SET (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_threshold = 5000)""",
    # What has no day of its own. Days are made ahead of time, so these stay empty.
    "CREATE TABLE finished_jobs_default PARTITION OF finished_jobs DEFAULT",
    "CREATE TABLE job_attempts_default PARTITION OF job_attempts DEFAULT",
    """CREATE FUNCTION finished_jobs_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND current_setting('stormbell.retention', true) = 'on' THEN
            RETURN NULL;
        END IF;
        RAISE EXCEPTION 'a finished job never changes' USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    # Called by the statement that added the jobs: what it asks has a snapshot of its own, taken after they were added,
    # and sees a job of the same id that ended while the statement waited for that id.
    """CREATE FUNCTION jobs_are_new(added text[], wanted int) RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN
        IF cardinality(added) = wanted AND NOT EXISTS (SELECT FROM finished_jobs WHERE id = ANY(added)) THEN
            RETURN true;
        END IF;
        DELETE FROM jobs WHERE id = ANY(added);
        RETURN false;
    END $$""",
    # Only whose they are may change: when somebody leaves, all they had is an heir's.
    f"""CREATE TRIGGER finished_jobs_are_final BEFORE UPDATE OF
    {", ".join(sorted({column.name for column in FinishedJob.__table__.columns} - {"owner_id"}))}
    OR DELETE OR TRUNCATE ON finished_jobs
    FOR EACH STATEMENT EXECUTE FUNCTION finished_jobs_are_final()""",
    *policies(_owned_or_house(Job, "jobs"), "jobs"),
    *policies(_owned_or_house(FinishedJob, "finished_jobs"), "finished_jobs"),
    *policies(_owned_or_house(JobBatch, "job_batches"), "job_batches"),
    *policies(_owned_or_house(Schedule, "schedules"), "schedules"),
    *child_policies(ScheduleRun),
    *policies(_OF_JOB.format("job_attempts"), "job_attempts"),
    *policies(_OF_JOB.format("job_progress"), "job_progress"),
)

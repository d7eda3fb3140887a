"""The simulations table: runs we want, have, or had, with the batch system's view kept beside ours."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Double, ForeignKey, Index, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import tracing
from app.kernel.scoping import Owned, owned_policies
from app.kernel.tables import Base
from app.modules.simulation.performance import performance_of

STATES = (
    "created",
    "prepared",
    "queued",
    "running",
    "unknown",
    "completing",
    "succeeded",
    "failed",
    "timed_out",
    "cancelled",
    "lost",
)
TERMINAL = ("succeeded", "failed", "timed_out", "cancelled", "lost")


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


class Simulation(Owned, Base):
    """One run on a machine's batch system. A retry is the same row with the next attempt and a new marker."""

    __tablename__ = "simulations"
    id_prefix = "sim"
    shared_by = ("id", "incident_id")
    __table_args__ = (
        CheckConstraint(f"state IN ({_quoted(STATES)})", name="state"),
        CheckConstraint("submission IN ('none', 'intent', 'submitted')", name="submission"),
        CheckConstraint(f"(finished_at IS NOT NULL) = (state IN ({_quoted(TERMINAL)}))", name="finished"),
        Index("ix_simulations_created", "created_at", "id"),
        Index("ix_simulations_incident", "incident_id", "created_at", "id"),
        Index("ix_simulations_active", "machine_id", postgresql_where=text(f"state NOT IN ({_quoted(TERMINAL)})")),
        CheckConstraint("called_state IN ('running', 'ended')", name="called_state"),
        Index("ix_simulations_marker", "marker", postgresql_where=text(f"state NOT IN ({_quoted(TERMINAL)})")),
        Index("ix_simulations_after", "after", postgresql_using="gin", postgresql_where=text("after IS NOT NULL")),
        Index("ix_simulations_group", "group_id", postgresql_where=text("group_id IS NOT NULL")),
        Index("ix_simulations_run_times", "history_key", "finished_at", postgresql_where=text("state = 'succeeded'")),
        Index("ix_simulations_queued", "machine_id", "finished_at", postgresql_where=text("queued_at IS NOT NULL")),
        Index("ix_simulations_waits", "machine_id", "started_at", postgresql_where=text("started_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    incident_id: Mapped[str | None]
    stage_id: Mapped[str | None]
    stage: Mapped[str | None]
    name: Mapped[str]
    # What is run, by a name that stays the same from run to run: how long it took before is looked up by it.
    history_key: Mapped[str | None]
    application_id: Mapped[str | None]
    application: Mapped[str | None]
    parameters: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    group_id: Mapped[str | None] = mapped_column(ForeignKey("simulation_groups.id"))
    rerun_of: Mapped[str | None]
    # Simulations that have to succeed first.
    after: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    # Prepared on its machine and kept there until somebody submits it.
    hold: Mapped[bool] = mapped_column(server_default=text("false"))
    deadline_at: Mapped[datetime | None]
    spec: Mapped[dict[str, Any]] = mapped_column(JSONB)
    urgency: Mapped[int] = mapped_column(server_default=text("0"))
    state: Mapped[str] = mapped_column(server_default=text("'created'"))
    state_at: Mapped[datetime] = mapped_column(server_default=func.now())
    # Why it has not moved on, in words, when the state alone does not say it.
    waiting_text: Mapped[str | None]
    # Its machine takes no more submissions for now: when it is looked at again.
    turn_at: Mapped[datetime | None]

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
    directory: Mapped[str | None]
    staged_bytes: Mapped[int | None] = mapped_column(BigInteger)
    staged_seconds: Mapped[float | None] = mapped_column(Double)
    # Since when nothing tells what became of it.
    doubted_at: Mapped[datetime | None]
    cancel_requested_at: Mapped[datetime | None]
    # What its script said of itself last, when that came, and its own time of it: older ones do nothing.
    called_state: Mapped[str | None]
    called_at: Mapped[datetime | None]
    called_stamp: Mapped[float | None] = mapped_column(Double)

    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    queued_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    run_seconds: Mapped[float | None] = mapped_column(Double)
    exit_code: Mapped[int | None]
    error: Mapped[str | None]
    usage: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    # What the run, or who looks after it, told of its performance, by kind.
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True), deferred=True)

    callback_kind: Mapped[str | None]
    callback_payload: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    # The states it calls back in, each once; null: only when it has ended.
    callback_states: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    callback_told: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    trace: Mapped[str | None] = mapped_column(
        default=tracing.here, comment="W3C traceparent of what made it, while traces are taken"
    )

    @property
    def command(self) -> list[str]:
        """Return what is run."""
        command: list[str] = self.spec["command"]
        return command

    @property
    def resources(self) -> dict[str, Any]:
        """Return what the run needs and may use."""
        resources: dict[str, Any] = self.spec["resources"]
        return resources

    @property
    def seconds(self) -> float | None:
        """Return how long the run took, or has taken so far by this host's clock."""
        if self.run_seconds is None and self.state == "running" and self.started_at is not None:
            return max(0.0, (datetime.now(UTC) - self.started_at).total_seconds())
        return self.run_seconds

    @property
    def performance(self) -> dict[str, Any] | None:
        """Return how it went, as the fields of a PerformanceView; ``None`` before it began."""
        return performance_of(
            self.resources,
            self.usage,
            queued_at=self.queued_at,
            started_at=self.started_at,
            seconds=self.seconds,
        )

    @property
    def waiting_on(self) -> dict[str, Any] | None:
        """Say why it has not moved on, as the fields of a Waiting; ``None`` once it has ended."""
        if self.state in TERMINAL:
            return None
        next_check_at: datetime | None = None
        if self.cancel_requested_at is not None:
            kind, text = "cancellation", f"is being cancelled on {self.machine}"
        elif self.state == "created" and self.submission == "none":
            kind, text = "placement", self.waiting_text or "waits for its turn to be placed on a machine"
            next_check_at = self.turn_at
        elif self.state == "created":
            kind, text = "submission", self.waiting_text or f"is being submitted to {self.machine}"
        elif self.state == "prepared":
            kind, text = "person", f"is prepared on {self.machine}; waits to be submitted"
        elif self.state == "unknown":
            kind = "evidence"
            text = self.waiting_text or f"{self.machine} does not say what became of it"
        elif self.state == "queued":
            kind, text = "machine", self.waiting_text or f"waits for a free place on {self.machine}"
        elif self.state == "running":
            kind, text = "run", self.waiting_text or f"runs on {self.machine}"
            if self.started_at is not None:
                next_check_at = self.started_at + timedelta(seconds=self.resources["walltime_seconds"])
        else:
            kind, text = "outputs", self.waiting_text or "its outputs are being checked and taken in"
        return {"kind": kind, "since": self.state_at, "text": text, "next_check_at": next_check_at}


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
    *owned_policies(Simulation),
)

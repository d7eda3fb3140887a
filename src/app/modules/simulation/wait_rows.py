"""What is kept of learning how long jobs wait: each machine's queue as last seen, and a model for each partition."""

from dataclasses import astuple
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.tables import Base
from app.modules.simulation.queue_following import Followed
from app.modules.simulation.queue_state import QueuedJob
from app.modules.simulation.wait_model import WaitModel


class QueueLook(Base):
    """A machine's queue as it was last looked at. ``source``: everybody's jobs, or only our runs."""

    __tablename__ = "queue_looks"
    __table_args__ = (CheckConstraint("source IN ('jobs', 'runs')", name="source"),)

    machine_id: Mapped[str] = mapped_column(ForeignKey("machines.id", ondelete="CASCADE"), primary_key=True)
    source: Mapped[str | None]
    # When a node took this look upon itself, and the last that came to something.
    begun_at: Mapped[datetime] = mapped_column(server_default=func.now())
    looked_at: Mapped[datetime | None]
    followed: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class WaitModelRow(Base):
    """What was learned of the waits in one partition; the empty name is that of machines that have none."""

    __tablename__ = "wait_models"

    machine_id: Mapped[str] = mapped_column(ForeignKey("machines.id", ondelete="CASCADE"), primary_key=True)
    partition: Mapped[str] = mapped_column(primary_key=True)
    learned_count: Mapped[int]
    # Of what was told when jobs were submitted, once they began: seconds and shares, see wait_model.
    errors: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    model: Mapped[dict[str, Any]] = mapped_column(JSONB)
    learned_at: Mapped[datetime] = mapped_column(server_default=func.now())


def document_of(followed: Followed) -> dict[str, Any]:
    """Return what is kept of a queue as JSON."""
    return {
        "seen_until": followed.seen_until,
        "share": followed.share,
        "lately": followed.lately,
        "waiting": followed.waiting,
        "jobs": [astuple(job) for job in followed.jobs],
    }


def followed_of(document: dict[str, Any]) -> Followed:
    """Return what was kept of a queue."""
    return Followed(
        seen_until=document["seen_until"],
        share=document["share"],
        lately=document["lately"],
        waiting={
            job_id: (tuple(found), (told[0], told[1], told[2]) if told else None)
            for job_id, (found, told) in document["waiting"].items()
        },
        jobs=[QueuedJob(*job) for job in document["jobs"]],
    )


def values_of(model: WaitModel) -> dict[str, Any]:
    """Return the columns of a model's row."""
    kept = {"recent": model.recent, "trees": model.trees, "grown": model.grown, "levels": model.levels}
    return {"learned_count": model.learned, "errors": model.errors, "model": kept}


def model_of(row: WaitModelRow) -> WaitModel:
    """Return the model a row holds."""
    return WaitModel(learned=row.learned_count, errors=dict(row.errors), **row.model)

"""The submission_paces table, and how a pace changes: slowed when a machine is busy, quicker again while it is not.

Additive increase, multiplicative decrease: Chiu & Jain, "Analysis of the increase and decrease algorithms for
congestion avoidance in computer networks", Computer Networks and ISDN Systems 17 (1989). How many runs a queue takes of
ours at a time is followed in the same way. Of a machine that never said that it is busy there is no row.
"""

from datetime import datetime, timedelta

from sqlalchemy import Double, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.tables import Base

# A pace above this is none: 10 submissions a second are what a login node takes of one user.
MOST_PER_MINUTE = 600.0
LEAST_PER_MINUTE = 1.0
_FIRST_PER_MINUTE = 6.0  # at least, after the first time it is busy
_STEP_PER_MINUTE = 6.0  # quicker after a minute at the pace there is
# What several jobs hear at once is one congestion (TCP, too, halves its window once a round trip).
_ONCE = timedelta(seconds=5)
# What was heard longer ago says nothing of how busy it is.
_FORGOTTEN = timedelta(hours=1)
# So much earlier one may go: several together save looks.
EARLY = timedelta(seconds=5)


class SubmissionPace(Base):
    """At what pace runs are submitted to a machine, and how many of ours it takes at a time."""

    __tablename__ = "submission_paces"

    machine_id: Mapped[str] = mapped_column(ForeignKey("machines.id", ondelete="CASCADE"), primary_key=True)
    # Null: as fast as they come.
    per_minute: Mapped[float | None] = mapped_column(Double)
    next_at: Mapped[datetime | None]
    slowed_at: Mapped[datetime | None]
    slowed_by: Mapped[str | None]
    most_runs: Mapped[int | None]
    limited_at: Mapped[datetime | None]
    limited_by: Mapped[str | None]


def slow(pace: SubmissionPace, now: datetime, why: str, *, lately: int) -> None:
    """Halve the pace; the first time, of the ``lately`` that were submitted in the last minute."""
    pace.slowed_by = why
    if pace.slowed_at is not None and now - pace.slowed_at < _ONCE and pace.per_minute is not None:
        return
    before = pace.per_minute or min(MOST_PER_MINUTE, max(float(lately), 2 * _FIRST_PER_MINUTE))
    pace.per_minute, pace.slowed_at = max(LEAST_PER_MINUTE, before / 2), now
    pace.next_at = max(pace.next_at or now, now + EARLY + interval(pace))


def quicken(pace: SubmissionPace, now: datetime, accepted: int) -> None:
    """Take in that so many submissions went well."""
    if pace.per_minute is None:
        return
    pace.per_minute += _STEP_PER_MINUTE * accepted / pace.per_minute
    if pace.per_minute >= MOST_PER_MINUTE:
        pace.per_minute, pace.next_at = None, None


def limit(pace: SubmissionPace, now: datetime, why: str, *, there: int, refused: int) -> None:
    """Take in that it had ``there`` runs of ours and would not have ``refused`` more at once."""
    if (most := there + refused // 2) == 0:
        slow(pace, now, why, lately=0)  # others of the same account fill it: what becomes free is all there is
        return
    pace.most_runs, pace.limited_at, pace.limited_by = most, now, why


def forget(pace: SubmissionPace, now: datetime) -> None:
    """Give up what was heard too long ago."""
    if pace.slowed_at is not None and now - pace.slowed_at > _FORGOTTEN:
        pace.per_minute, pace.next_at = None, None
    if pace.limited_at is not None and now - pace.limited_at > _FORGOTTEN:
        pace.most_runs = None


def interval(pace: SubmissionPace) -> timedelta:
    """Return the time between two submissions."""
    return timedelta(minutes=1) / (pace.per_minute or MOST_PER_MINUTE)


def most_at(pace: SubmissionPace, now: datetime) -> int | None:
    """Return how many runs of ours it is taken to have room for: a twentieth more with each minute that went well."""
    if pace.most_runs is None or pace.limited_at is None:
        return None
    minutes = (now - pace.limited_at) // timedelta(minutes=1)
    return pace.most_runs + minutes * max(1, pace.most_runs // 20)

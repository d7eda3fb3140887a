"""The states of an incident and of its stages, and every way from one to another. The database refuses all others."""

from typing import NamedTuple


class Move(NamedTuple):
    """One way on. ``before`` is None where the row is made."""

    before: str | None
    after: str
    when: str


INCIDENT_MOVES: tuple[Move, ...] = (
    Move(None, "pending", "created without being started"),
    Move(None, "active", "opened by an arrival, a person or a program"),
    Move("pending", "active", "activated: the opening message is sent, its time begins"),
    Move("pending", "cancelled", "cancelled before it began"),
    Move("active", "completing", "a stage completed it while others are under way"),
    Move("active", "completing", "cancelled: the workflow's shutdown stage runs first"),
    Move("active", "complete", "its time is over"),
    Move("active", "cancelled", "cancelled, with its jobs and simulations"),
    Move("active", "error", "a stage failed for good"),
    Move("completing", "complete", "nothing of it is under way any more"),
    Move("completing", "cancelled", "its shutdown stage has ended, or it is cancelled again"),
    Move("completing", "error", "a stage failed for good"),
    Move("error", "active", "tried again from what failed"),
    Move("complete", "archived", "archived"),
    Move("cancelled", "archived", "archived"),
    Move("error", "archived", "archived"),
)
STAGE_MOVES: tuple[Move, ...] = (
    Move(None, "queued", "a message was sent to it"),
    Move("queued", "running", "an attempt begins"),
    Move("running", "queued", "an attempt failed and another follows, or its node stopped"),
    Move("running", "succeeded", "its effects and its end are one commit"),
    Move("running", "failed", "its last attempt failed"),
    Move("queued", "cancelled", "the incident ended"),
    Move("running", "cancelled", "the incident ended"),
    Move("failed", "queued", "its incident is tried again"),
    Move("cancelled", "queued", "its incident is tried again"),
)


def diagram(moves: tuple[Move, ...]) -> str:
    """Return the moves as a Mermaid state diagram."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {move.before or '[*]'} --> {move.after}: {move.when.replace(':', ',')}" for move in moves]
    final = {move.after for move in moves} - {move.before for move in moves}
    lines += [f"    {state} --> [*]" for state in sorted(final)]
    return "\n".join(lines)

"""The states of a job and every way from one to another. The SQL of the queue makes these moves and no others."""

from typing import Literal, NamedTuple, get_args

LiveState = Literal["queued", "held", "running"]
FinalState = Literal["succeeded", "failed", "timed_out", "cancelled", "quarantined"]

LIVE: tuple[LiveState, ...] = get_args(LiveState)
FINAL: tuple[FinalState, ...] = get_args(FinalState)


class Move(NamedTuple):
    """One way on. ``before`` is None where the job is made."""

    before: LiveState | None
    after: LiveState | FinalState
    when: str


MOVES: tuple[Move, ...] = (
    Move(None, "queued", "enqueued"),
    Move(None, "held", "enqueued behind a gate or another job"),
    Move(None, "running", "submitted where a slot is free: born claimed"),
    Move("held", "queued", "released: every gate has room, what it waited for has ended"),
    Move("queued", "held", "its queue was paused, or a limit was set"),
    Move("queued", "running", "claimed: the attempt is counted, the lease begins"),
    Move("running", "queued", "failed or timed out with attempts left: after its back-off"),
    Move("running", "queued", "snoozed, or handed back by a node that stops"),
    Move("running", "queued", "its lease ran out: rescued"),
    Move("running", "succeeded", "its handler returned"),
    Move("running", "failed", "its last attempt failed, or its handler gave it up"),
    Move("running", "timed_out", "its last attempt took too long, or its deadline passed"),
    Move("running", "cancelled", "somebody asked, and its handler has stopped"),
    Move("running", "quarantined", "its lease ran out for the third time"),
    Move("queued", "cancelled", "somebody asked"),
    Move("held", "cancelled", "somebody asked, or what it waited for failed"),
    Move("queued", "timed_out", "it expired before it started"),
    Move("held", "timed_out", "it expired before it started"),
)


def diagram() -> str:
    """Return the moves as a Mermaid state diagram."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {move.before or '[*]'} --> {move.after}: {move.when.replace(':', ',')}" for move in MOVES]
    lines += [f"    {state} --> [*]" for state in FINAL]
    return "\n".join(lines)

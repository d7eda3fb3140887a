"""The states of a node as a table: what may follow what, and nothing else.

``unresponsive`` is a reason on the state a node was last in; dead is final for a boot id, and a process that finds
itself dead comes back under another one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from app.kernel.errors import Conflict

State = Literal["initializing", "waiting", "working", "paused", "dead"]
STATES: tuple[State, ...] = get_args(State)
LIVING: tuple[State, ...] = STATES[:-1]

Happening = Literal[
    "assigned", "unassigned", "unacknowledged", "claimed", "emptied", "paused", "resumed", "silenced", "heard", "lost",
    "terminated",
]  # fmt: skip
HAPPENINGS: tuple[Happening, ...] = get_args(Happening)

UNRESPONSIVE = "unresponsive"

# What each one means, for the diagram and its readers.
MEANINGS: Mapping[Happening, str] = MappingProxyType(
    {
        "assigned": "it has its sections",
        "unassigned": "there is no section for it",
        "unacknowledged": "it did not take its sections in time",
        "claimed": "its first job began",
        "emptied": "its last job ended",
        "paused": "somebody asked, and nothing runs",
        "resumed": "somebody asked, and it has its sections",
        "silenced": "several heartbeats missed",
        "heard": "a heartbeat after all",
        "lost": "no heartbeat for one more period",
        "terminated": "it was stopped",
    }
)

# (state, happening) -> state, of nodes that answer.
ANSWERING: Mapping[tuple[State, Happening], State] = MappingProxyType(
    {
        ("initializing", "assigned"): "waiting",
        ("initializing", "unassigned"): "paused",
        ("initializing", "paused"): "paused",
        ("initializing", "unacknowledged"): "dead",
        ("waiting", "claimed"): "working",
        ("waiting", "paused"): "paused",
        ("waiting", "unassigned"): "paused",
        ("working", "emptied"): "waiting",
        ("working", "paused"): "paused",
        ("working", "unassigned"): "paused",
        ("paused", "resumed"): "waiting",
        **{(state, "silenced"): state for state in LIVING},
        **{(state, "terminated"): "dead" for state in LIVING},
    }
)
# Of those that do not: nothing of their own can happen to them before they are heard again.
SILENT: Mapping[tuple[State, Happening], State] = MappingProxyType(
    {
        **{(state, "heard"): state for state in LIVING},
        **{(state, "lost"): "dead" for state in LIVING},
        **{(state, "terminated"): "dead" for state in LIVING},
    }
)


class NodeStateImpossible(Conflict):
    """A node in this state cannot do that.

    Read the node again: its state and its reason say what can follow.
    """

    code = "node_state_impossible"


@dataclass(frozen=True)
class Standing:
    """A state, and whether the node answers."""

    state: State
    unresponsive: bool = False

    def after(self, happening: Happening) -> "Standing":
        """Return the standing after ``happening``. Raises NodeStateImpossible (409)."""
        table = SILENT if self.unresponsive else ANSWERING
        try:
            state = table[self.state, happening]
        except KeyError:
            silent = ", unresponsive," if self.unresponsive else ""
            raise NodeStateImpossible(f"a node that is {self.state}{silent} cannot be {happening}") from None
        return Standing(state, happening == "silenced")


def moves() -> Iterator[tuple[Standing, Happening, Standing]]:
    """Yield every move there is."""
    for table, silent in ((ANSWERING, False), (SILENT, True)):
        for state, happening in table:
            before = Standing(state, silent)
            yield before, happening, before.after(happening)


def diagram() -> str:
    """Return the machine as a mermaid state diagram, for the page about guarantees."""
    lines = ["stateDiagram-v2", "    [*] --> initializing: registered under a new boot id"]
    for (state, happening), after in ANSWERING.items():
        if state != after and happening != "terminated":
            lines.append(f"    {state} --> {after}: {MEANINGS[happening]}")
    lines += [
        '    state "unresponsive (the state it was in stays)" as unresponsive',
        *(f"    {state} --> unresponsive: {MEANINGS['silenced']}" for state in LIVING),
        *(f"    unresponsive --> {state}: {MEANINGS['heard']}" for state in LIVING),
        f"    unresponsive --> dead: {MEANINGS['lost']}",
        *(f"    {state} --> dead: {MEANINGS['terminated']}" for state in LIVING),
        "    dead --> [*]: a process that comes back takes a new boot id",
    ]
    return "\n".join(lines) + "\n"

"""What came before the data sets: stages, incidents, deliveries, told by the rooms above that know them."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.node import Node

ThingKind = Literal["simulation", "stage", "incident", "delivery", "source", "person", "origin"]
Relation = Literal["wasDerivedFrom", "wasGeneratedBy", "used", "wasAttributedTo", "wasInformedBy", "wasRevisionOf"]


@dataclass(frozen=True)
class Thing:
    """A thing or a deed, named for people."""

    id: str
    kind: ThingKind
    label: str


@dataclass(frozen=True)
class Step:
    """How a later thing hangs on an earlier one, in PROV's words; ``id``s of each."""

    later: str
    relation: Relation
    earlier: str


@dataclass(frozen=True)
class Told:
    """What a room knows."""

    things: Collection[Thing] = ()
    steps: Collection[Step] = ()


# ``tell(session, ids)`` returns what a room knows about those of the ids that are its own, as the session's caller may
# see it, and what those hang on.
Tell = Callable[[AsyncSession, Collection[str]], Awaitable[Told]]


class Tellers:
    """The rooms of one node that know what came before."""

    def __init__(self, _node: Node) -> None:
        self.all: list[Tell] = []


def register_lineage(node: Node, tell: Tell) -> None:
    """Have a room above asked what came before data sets."""
    node.part(Tellers, Tellers).all.append(tell)


async def told_of(node: Node, session: AsyncSession, ids: Collection[str], most: int) -> Told:
    """Return all that leads to the things ``ids``, asked for step by step, and no more than ``most`` of it."""
    things: dict[str, Thing] = {}
    steps: dict[Step, None] = {}
    asked: set[str] = set()
    wanted = set(ids)
    while (wanted := wanted - asked) and len(things) < most:
        asked |= wanted
        following: set[str] = set()
        for tell in node.part(Tellers, Tellers).all:
            told = await tell(session, wanted)
            things |= {thing.id: thing for thing in told.things}
            steps |= dict.fromkeys(told.steps)
            following |= {step.earlier for step in told.steps}
        wanted = following
    return Told(list(things.values()), [step for step in steps if step.earlier in things or step.earlier in asked])

"""Quicksort by messages: a stage sends itself the two halves, another counts the numbers that have found their place.

Every number gets its place on its own; ``place`` is a mutex, so that each run of it sees what the one before it left.
"""

import json

from pydantic import BaseModel, Field

from stormbell import Incident, stage, workflow


class Part(BaseModel):
    """Numbers whose places begin at ``first``."""

    numbers: list[float] = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]
    first: int = 0
    total: int | None = Field(default=None, description="How many there are in all; none: these are all")


class Placed(BaseModel):
    """Numbers that are where they belong."""

    numbers: list[float]
    first: int
    total: int


@workflow("quicksort", title="Numbers in order", test="sort")
class Quicksort:
    """See the module."""

    class State(BaseModel):
        """What has found its place so far."""

        places: dict[int, float] = {}

    @stage(sends=("sort", "place"))
    async def sort(self, incident: Incident[State], message: Part) -> None:
        """Split at the first number: it and its equals have found their place."""
        total = len(message.numbers) if message.total is None else message.total
        if not message.numbers:
            incident.send(self.place, Placed(numbers=[], first=0, total=total))
            return
        pivot = message.numbers[0]
        smaller = [n for n in message.numbers if n < pivot]
        equal = [n for n in message.numbers if n == pivot]
        greater = [n for n in message.numbers if n > pivot]
        middle = message.first + len(smaller)
        incident.send(self.place, Placed(numbers=equal, first=middle, total=total))
        if smaller:
            incident.send(self.sort, Part(numbers=smaller, first=message.first, total=total))
        if greater:
            incident.send(self.sort, Part(numbers=greater, first=middle + len(equal), total=total))
        incident.label(f"{len(message.numbers)} at {pivot:g}")

    @stage(mutex=True)
    async def place(self, incident: Incident[State], message: Placed) -> None:
        """Count the places; the last number ends the incident."""
        places = incident.state.places
        places |= {message.first + i: number for i, number in enumerate(message.numbers)}
        if len(places) < message.total:
            return
        ordered = [places[i] for i in range(message.total)]
        (incident.scratch / "sorted.json").write_text(json.dumps(ordered))
        incident.register("sorted.json", role="sorted")
        incident.complete(f"{len(ordered)} numbers")

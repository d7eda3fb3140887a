"""Fan-in by counting: one stage at a time (mutex) writes down what came, and goes on when all is there."""

from pydantic import BaseModel

from stormbell import Incident, stage, workflow


class Go(BaseModel):
    parts: int = 4


class Part(BaseModel):
    number: int
    of: int


class Sum(BaseModel):
    total: int


@workflow("counting", test="scatter")
class Counting:
    class State(BaseModel):
        seen: list[int] = []

    @stage(sends=("work",))
    async def scatter(self, incident: Incident[State], message: Go) -> None:
        for number in range(message.parts):
            incident.send(self.work, Part(number=number, of=message.parts))

    @stage(sends=("count",))
    async def work(self, incident: Incident[State], message: Part) -> None:
        incident.send(self.count, message)

    @stage(mutex=True, sends=("done",))
    async def count(self, incident: Incident[State], message: Part) -> None:
        incident.state.seen = sorted([*incident.state.seen, message.number])
        if len(incident.state.seen) == message.of:
            incident.send(self.done, Sum(total=sum(incident.state.seen)))

    @stage
    async def done(self, incident: Incident[State], message: Sum) -> None:
        incident.complete(f"total {message.total}")

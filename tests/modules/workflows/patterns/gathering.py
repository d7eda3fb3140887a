"""Fan-out and fan-in: all, or enough of them; a member that fails is told and stops nothing."""

from pydantic import BaseModel

from stormbell import Gathered, Incident, stage, workflow


class Go(BaseModel):
    members: int = 4
    bad: list[int] = []
    enough: int | None = None


class Draw(BaseModel):
    number: int
    bad: bool


class Square(BaseModel):
    value: int


@workflow("gathering", test="scatter")
class Gathering:
    @stage(sends=("draw", "gather"))
    async def scatter(self, incident: Incident, message: Go) -> None:
        members = [(self.draw, Draw(number=n, bad=n in message.bad)) for n in range(message.members)]
        wait = "all" if message.enough is None else message.enough
        labels = [f"draw {n}" for n in range(message.members)]
        incident.fan_out(members, then=self.gather, message=Gathered(), wait=wait, labels=labels)

    @stage(max_attempts=1)
    async def draw(self, incident: Incident, message: Draw) -> Square:
        if message.bad:
            raise ValueError(f"{message.number} is bad")
        return Square(value=message.number**2)

    @stage
    async def gather(self, incident: Incident, message: Gathered) -> None:
        good = [r for r in message.results if r.succeeded]
        bad = [f"{r.name}: {r.error}" for r in message.results if not r.succeeded]
        if message.missing == 0:
            incident.headline("Sum", str(sum(r.result["value"] for r in good)), "; ".join(bad) or None)
        incident.complete(f"{len(good)} good" if message.missing == 0 else "enough")

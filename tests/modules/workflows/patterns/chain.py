"""A simple chain: each stage sends to the next, now or later."""

from pydantic import BaseModel

from stormbell import Incident, stage, workflow


class Step(BaseModel):
    words: list[str] = []


@workflow("chain", test="first")
class Chain:
    @stage(sends=("second",))
    async def first(self, incident: Incident, message: Step) -> None:
        incident.send(self.second, Step(words=[*message.words, "first"]), delay_seconds=0.2, label="a little later")

    @stage(sends=("third",))
    async def second(self, incident: Incident, message: Step) -> None:
        incident.label("in the middle")
        incident.send(self.third, Step(words=[*message.words, "second"]))

    @stage
    async def third(self, incident: Incident, message: Step) -> None:
        incident.headline("Words", " ".join(message.words))
        incident.complete(f"{len(message.words)} stages before")

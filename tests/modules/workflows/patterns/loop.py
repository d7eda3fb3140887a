"""A loop: a stage sends to itself until it is done."""

from pydantic import BaseModel

from stormbell import Incident, stage, workflow


class Turn(BaseModel):
    left: int = 5


@workflow("loop", test="turn")
class Loop:
    class State(BaseModel):
        turns: int = 0

    @stage(sends=("turn",))
    async def turn(self, incident: Incident[State], message: Turn) -> None:
        incident.state.turns += 1
        if message.left > 1:
            incident.send(self.turn, Turn(left=message.left - 1))
        else:
            incident.complete()

"""An incident opens another one and waits for its end."""

from pydantic import BaseModel

from stormbell import Gathered, Incident, stage, workflow


class Turn(BaseModel):
    left: int = 3


@workflow("parent", test="begin")
class Parent:
    @stage(sends=("ended",))
    async def begin(self, incident: Incident, message: Turn) -> None:
        incident.open_child("loop", name="the child", stage="turn", message=message, then=self.ended)

    @stage
    async def ended(self, incident: Incident, message: Gathered) -> None:
        (child,) = message.results
        incident.complete(f"{child.name} is {child.state} after {child.result['turns']} turns")

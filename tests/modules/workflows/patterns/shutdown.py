"""Cancelling: the shutdown stage has the last word."""

from pydantic import BaseModel

from stormbell import Incident, Shutdown, stage, workflow


class Go(BaseModel):
    pass


@workflow("shutdown", shutdown="close", test="begin")
class WithShutdown:
    class State(BaseModel):
        closed: bool = False

    @stage(sends=("never",))
    async def begin(self, incident: Incident[State], message: Go) -> None:
        incident.send(self.never, Go(), delay_seconds=3600)

    @stage
    async def never(self, incident: Incident[State], message: Go) -> None:
        incident.state.closed = False

    @stage
    async def close(self, incident: Incident[State], message: Shutdown) -> None:
        incident.state.closed = True

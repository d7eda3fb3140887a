"""Branching: what a stage sends to depends on what it finds; many branches may run."""

from pydantic import BaseModel

from stormbell import Incident, stage, workflow


class Level(BaseModel):
    metres: float


@workflow("branch")
class Branch:
    class State(BaseModel):
        warned: bool = False
        watched: bool = False

    @stage(sends=("warn", "watch"))
    async def assess(self, incident: Incident[State], message: Level) -> None:
        if message.metres > 3:
            incident.send(self.warn, message, urgency="high")
        if message.metres > 1:
            incident.send(self.watch, message)
        incident.complete(f"{message.metres} m")

    @stage
    async def warn(self, incident: Incident[State], message: Level) -> None:
        incident.state.warned = True
        incident.label(incident.urgency)

    @stage
    async def watch(self, incident: Incident[State], message: Level) -> None:
        incident.state.watched = True

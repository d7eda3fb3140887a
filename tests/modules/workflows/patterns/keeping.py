"""What stages keep for one another is the incident's state; a stage that fails leaves nothing behind in it."""

from pydantic import BaseModel

from stormbell import Incident, stage, workflow


class Note(BaseModel):
    text: str = "one"


@workflow("keeping", test="put")
class Keeping:
    class State(BaseModel):
        notes: list[str] = []

    @stage(sends=("get",), max_attempts=3, backoff_seconds=0.05)
    async def put(self, incident: Incident[State], message: Note) -> None:
        incident.state.notes.append(f"{message.text}, attempt {incident.attempt}")
        incident.send(self.get, message)
        if incident.attempt < 2:
            raise ValueError("not yet")

    @stage
    async def get(self, incident: Incident[State], message: Note) -> None:
        incident.complete("; ".join(incident.state.notes))

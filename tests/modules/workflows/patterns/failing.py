"""A stage that fails for good ends its incident; what was done is undone, newest first, and the finaliser runs."""

from pydantic import BaseModel

from stormbell import Finishing, Incident, stage, workflow


class Order(BaseModel):
    thing: str = "rope"


@workflow("failing", test="book")
class Failing:
    class State(BaseModel):
        done: list[str] = []

    @stage(sends=("pay",), compensate="unbook")
    async def book(self, incident: Incident[State], message: Order) -> None:
        incident.state.done.append("booked")
        incident.send(self.pay, message)

    @stage(sends=("ship",), compensate="unpay")
    async def pay(self, incident: Incident[State], message: Order) -> None:
        incident.state.done.append("paid")
        incident.send(self.ship, message)

    @stage(max_attempts=2, backoff_seconds=0.05)
    async def ship(self, incident: Incident[State], message: Order) -> None:
        raise RuntimeError(f"there is no {message.thing}")

    @stage
    async def unpay(self, incident: Incident[State], message: Order) -> None:
        incident.state.done.append("unpaid")

    @stage
    async def unbook(self, incident: Incident[State], message: Order) -> None:
        incident.state.done.append("unbooked")

    @stage(finaliser=True)
    async def tidy(self, incident: Incident[State], message: Finishing) -> None:
        incident.state.done.append(f"tidied after {message.outcome}")

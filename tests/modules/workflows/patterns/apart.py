"""A stage in a process of its own: it may block, and it may die."""

import os
import signal
import time

from pydantic import BaseModel

from stormbell import Incident, stage, workflow


class Go(BaseModel):
    server: int = 0


@workflow("apart", test="begin")
class Apart:
    class State(BaseModel):
        apart: bool = False

    @stage(sends=("heavy",))
    async def begin(self, incident: Incident[State], message: Go) -> None:
        incident.send(self.heavy, Go(server=os.getpid()))

    @stage(executor="process", sends=("done",), backoff_seconds=0.05, max_attempts=2)
    async def heavy(self, incident: Incident[State], message: Go) -> None:
        time.sleep(0.01)
        if os.getpid() != message.server and incident.attempt == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        incident.state.apart = os.getpid() != message.server
        incident.send(self.done, Go())

    @stage
    async def done(self, incident: Incident[State], message: Go) -> None:
        incident.complete()

"""Simulations: real programs, gathered when all have ended, the failed ones too."""

import json

from pydantic import BaseModel

from stormbell import Gathered, Incident, SimulationRequest, stage, workflow

PROGRAM = """
import json, sys
n = json.load(open("n.json"))
sys.exit(3) if n == 2 else json.dump(n * n, open("out.json", "w"))
"""


class Go(BaseModel):
    members: int = 3


@workflow("ensemble", test="scatter")
class Ensemble:
    @stage(sends=("gather",))
    async def scatter(self, incident: Incident, message: Go) -> None:
        incident.simulate(
            [
                SimulationRequest(
                    name=f"member {n}",
                    command=["python3", "-c", PROGRAM],
                    files={"n.json": n},
                    outputs=["out.json"],
                    role="square",
                    max_attempts=1,
                )
                for n in range(message.members)
            ],
            then=self.gather,
            message=Gathered(),
        )

    @stage
    async def gather(self, incident: Incident, message: Gathered) -> None:
        values = [json.loads(incident.path(run.datasets["out.json"]).read_text()) for run in message.succeeded]
        (incident.scratch / "sum.json").write_text(json.dumps(sum(values)))
        incident.register("sum.json", role="sum", inputs=[run.datasets["out.json"] for run in message.succeeded])
        incident.complete(f"{len(values)} of {len(message.simulations)}, sum {sum(values)}")

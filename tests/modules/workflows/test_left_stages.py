"""A stage that never waits leaves its end to a commit shared with others: what becomes of it when that is refused."""

from collections.abc import Iterator

import pytest

from app.kernel import failpoints
from app.modules.jobs.working import worker_of
from tests.modules.workflows.house import House
from tests.modules.workflows.test_engine import ended, opened

WORKFLOW = r"""
from pydantic import BaseModel
from stormbell import Incident, stage, workflow


class Note(BaseModel):
    n: int = 0
    how: str = ""
    of: int = 0


@workflow("bell")
class Bell:
    calls: dict[str, int] = {}

    class State(BaseModel):
        log: list[int] = []

    @stage
    async def begin(self, incident: Incident[State], message: Note) -> None:
        for n in range(message.n):
            incident.send(self.ring, Note(n=n, of=message.n))

    @stage(backoff_seconds=0.05)
    async def ring(self, incident: Incident[State], message: Note) -> None:
        self.calls[incident.id] = self.calls.get(incident.id, 0) + 1
        incident.state.log.append(message.n)
        if len(incident.state.log) == message.of:
            incident.complete("rung")
"""


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    yield
    failpoints.arm("")


async def test_stages_that_meet_in_the_state_are_run_again_on_what_the_others_left(house: House) -> None:
    incident = await ended(house, await opened(house, "many", 8))
    assert (incident["state"], incident["comment"]) == ("complete", "rung")
    assert sorted(incident["state_data"]["log"]) == list(range(8))
    stages = (await house.get(f"/incidents/{incident['id']}/timeline"))["stages"]
    assert {s["attempts"] for s in stages} == {1}
    found = house.node.registry["workflows.catalogue"].find("bell")
    assert found.spec.instance.calls[incident["id"]] > 8  # some ran on a state that was no longer


@pytest.mark.parametrize("line", ["stages.commit", "stages.committed"])
async def test_a_commit_that_breaks_off_leaves_every_effect_once(house: House, line: str) -> None:
    failpoints.arm(f"{line}=raise@2")  # before the statement of a batch is sent, and after it was committed
    incident = await ended(house, await opened(house, "many", 3))
    assert (incident["state"], incident["comment"]) == ("complete", "rung")
    assert sorted(incident["state_data"]["log"]) == list(range(3))

    async def nothing_in_hand() -> bool:
        return not worker_of(house.node)._in_hand

    await house.until(nothing_in_hand)

"""A node of the whole house in its own process, for tests that kill it: ``workflow_node.py '{"url": …, "flags": …}'``.

It loads the workflow of the tests, whose stages tell the history that they began.
"""

import asyncio
import contextlib
import json
import signal
import sys
import time
from pathlib import Path
from typing import Any

import uvloop

from app.kernel import settings as settings_sources
from app.kernel.errors import Conflict
from app.kernel.node import Node
from app.main import MODULES
from app.modules import workflows
from app.modules.workflows.catalogue import catalogue_of

WAVE = 20  # incidents opened at once

DEFINITION = '''
import asyncio, os, signal
from pathlib import Path
from pydantic import BaseModel
from stormbell import Gathered, Incident, stage, workflow
from history import Event, Recorder

RECORDER = Recorder(Path(os.environ["CHAOS_HISTORY"])) if "CHAOS_HISTORY" in os.environ else None
BEGAN = set()


def began(incident):
    """Tell the history once an attempt: one that meets a changed state runs again on what it finds."""
    if RECORDER is not None and (incident.idempotency_key, incident.attempt) not in BEGAN:
        BEGAN.add((incident.idempotency_key, incident.attempt))
        RECORDER.add(Event("started", incident.idempotency_key, incident.attempt, str(os.getpid())))


class Note(BaseModel):
    n: int = 0
    seconds: float = 0


class Part(BaseModel):
    square: int


@workflow("chaos")
class Chaos:
    class State(BaseModel):
        effects: list[str] = []
        total: int = 0

    @stage(sends=("prepare",))
    async def begin(self, incident: Incident[State], message: Note) -> None:
        began(incident)
        incident.state.effects.append(incident.idempotency_key)
        incident.send(self.prepare, message)

    @stage(sends=("work", "total"))
    async def prepare(self, incident: Incident[State], message: Note) -> None:
        began(incident)
        incident.state.effects.append(incident.idempotency_key)
        members = [(self.work, Note(n=n, seconds=message.seconds)) for n in range(message.n)]
        incident.fan_out(members, then=self.total)

    @stage
    async def work(self, incident: Incident[State], message: Note) -> Part:
        began(incident)
        incident.state.effects.append(incident.idempotency_key)
        await asyncio.sleep(message.seconds)
        return Part(square=message.n ** 2)

    @stage(sends=("last", "tail"))
    async def total(self, incident: Incident[State], message: Gathered) -> None:
        began(incident)
        incident.state.effects.append(incident.idempotency_key)
        incident.state.total = sum(r.result["square"] for r in message.results if r.succeeded)
        incident.send(self.last, Note())
        incident.send(self.tail, Note())

    @stage(sends=("last",))
    async def nap(self, incident: Incident[State], message: Note) -> None:
        began(incident)
        incident.state.effects.append(incident.idempotency_key)
        incident.send(self.last, Note(), delay_seconds=message.seconds)

    @stage
    async def last(self, incident: Incident[State], message: Note) -> None:
        began(incident)
        incident.state.effects.append(incident.idempotency_key)
        incident.complete("done")

    @stage
    async def tail(self, incident: Incident[State], message: Note) -> None:
        began(incident)
        incident.state.effects.append(incident.idempotency_key)
        await asyncio.sleep(0.02)  # mostly the incident completes meanwhile, and waits for it

    @stage
    async def poison(self, incident: Incident[State], message: Note) -> None:
        began(incident)
        os.kill(os.getpid(), signal.SIGKILL)
'''


def load(flags: dict[str, Any]) -> Any:
    """Return settings with every section of the house, and the workflow in the data directory they name."""
    place = Path(flags["data_directory"]) / "workflows"
    place.mkdir(parents=True, exist_ok=True)
    if not (place / "chaos.py").exists():
        (place / "chaos.py").write_text(DEFINITION)
    sections = {module.name: module.settings for module in MODULES if module.settings is not None}
    return settings_sources.load(sections, flags=flags, environ={}, toml_paths=())


async def opened(node: Node, count: int) -> None:
    """Open ``count`` incidents, each with a key of its own, that are not there yet."""
    catalogue = catalogue_of(node)
    await catalogue.refresh()
    definition = catalogue.find("chaos")
    assert definition is not None

    async def one(number: int) -> None:
        key = f"k{number}"
        with contextlib.suppress(Conflict):
            await workflows.open_at_once(
                node, definition, name=key, key=key, owner_id="usr_system", stage="begin", message={"n": 4}
            )

    for first in range(0, count, WAVE):  # a commit each
        await asyncio.gather(*map(one, range(first, min(first + WAVE, count))))


async def main(options: dict[str, Any]) -> None:
    node = Node(load(options["flags"]), MODULES, options["url"])
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await node.vault.unlock()
    await node.start()
    print("ready", node.boot_id, time.time(), flush=True)
    if options["opens"]:
        await opened(node, options["opens"])
    await stop.wait()
    await node.stop()


if __name__ == "__main__":
    uvloop.run(main(json.loads(sys.argv[1])))

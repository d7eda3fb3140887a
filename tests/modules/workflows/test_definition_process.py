"""A stage with executor="process" runs in a Python of its own; what happens there is one attempt's affair."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from app.modules.workflows import Incident, load
from app.modules.workflows.definitions import Definition
from app.modules.workflows.effects import Effects
from app.modules.workflows.process import StageProcessFailed, call_in_process, stop_processes

TEXT = '''
import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from pydantic import BaseModel

from stormbell import Gathered, Incident, stage, workflow


class Go(BaseModel):
    how: str = ""
    beside: str = ""


class Went(Gathered):
    pid: int


@workflow("far")
class Far:
    class State(BaseModel):
        count: int = 0

    @stage(sends=("go",), executor="process")
    async def go(self, incident: Incident[State], message: Go) -> Went | None:
        if message.how == "raise":
            raise ValueError("no rope")
        if message.how == "orphan":
            program = [sys.executable, "-c", "import time; time.sleep(600)"]
            nothing = subprocess.DEVNULL
            orphan = subprocess.Popen(program, stdin=nothing, stdout=nothing, start_new_session=True)
            Path(message.beside).write_text(str(orphan.pid))
        if message.how in ("crash", "orphan"):
            print("last words", file=sys.stderr, flush=True)
            os.kill(os.getpid(), signal.SIGSEGV)
        if message.how == "hang":
            Path(message.beside).write_text(str(os.getpid()))
            await incident.run([sys.executable, "-c", f"""
import os, time
with open({message.beside!r} + ".program", "w") as file:
    file.write(str(os.getpid()))
time.sleep(60)"""])
        print("a stage may print")
        incident.log.info("a stage logs", depth_m=3)
        incident.state.count += 1
        incident.send(self.go, Go(how="again"), delay_seconds=5, label="on")
        (incident.scratch / "file.txt").write_text(json.dumps(sorted(os.environ)))
        incident.register("file.txt", role="text")
        return Went(pid=os.getpid())
'''


@pytest.fixture(scope="module")
def definition(tmp_path_factory: pytest.TempPathFactory) -> Definition:
    folder = tmp_path_factory.mktemp("far")
    (folder / "workflow.py").write_text(TEXT)
    return load(folder, folder)


@pytest.fixture(autouse=True)
async def _stopped() -> AsyncIterator[None]:
    yield
    await stop_processes()


@pytest.fixture
def incident(definition: Definition, tmp_path: Path) -> Incident[Any]:
    return Incident(
        incident_id="inc_1",
        name="x",
        key=None,
        opened_at=datetime.now(UTC),
        state=definition.spec.state(),
        stage_id="stg_1",
        attempt=1,
        definition=definition.directory,
        scratch=tmp_path / "scratch",
        atlas=tmp_path,
        datasets={},
    )


async def go(definition: Definition, incident: Incident[Any], **message: str) -> Any:
    spec = definition.spec.stages["go"]
    async with asyncio.timeout(60):
        return await call_in_process(definition, spec, incident, spec.message(**message))


async def test_its_effects_and_state_come_back(definition: Definition, incident: Incident[Any]) -> None:
    with capture_logs() as logs:
        result = await go(definition, incident)
    assert result.pid != os.getpid()
    assert incident.state == definition.spec.state(count=1)
    (sent,) = incident.effects.sent
    assert (sent.stage, sent.message.how, sent.delay_seconds, sent.label) == ("go", "again", 5, "on")  # type: ignore[attr-defined]
    (file,) = incident.effects.files
    assert file.role == "text"
    names = set(json.loads(file.path.read_text()))
    assert names <= {"PATH", "HOME", "LC_ALL", "PYTHONPATH", "LC_CTYPE"}, "no secret of the server is handed on"
    assert {"event": "a stage logs", "depth_m": 3, "log_level": "info"} in logs
    assert {"event": "stage printed", "text": "a stage may print", "log_level": "info"} in logs


async def test_what_goes_wrong_there_fails_the_attempt_only_and_the_process_is_used_again(
    definition: Definition, incident: Incident[Any]
) -> None:
    first = (await go(definition, incident)).pid
    incident.effects = Effects()
    with pytest.raises(StageProcessFailed, match="ValueError: no rope"):
        await go(definition, incident, how="raise")
    assert (await go(definition, incident)).pid == first
    incident.effects = Effects()
    with pytest.raises(StageProcessFailed, match="was ended by SIGSEGV: last words"):
        await go(definition, incident, how="crash")
    assert incident.effects == Effects()
    assert (await go(definition, incident)).pid != first


async def test_a_program_left_behind_that_holds_its_stderr_holds_nothing_up(
    definition: Definition, incident: Incident[Any], tmp_path: Path
) -> None:
    beside = tmp_path / "pid"
    try:
        with pytest.raises(StageProcessFailed, match="was ended by SIGSEGV: last words"):
            await go(definition, incident, how="orphan", beside=str(beside))
    finally:
        os.kill(int(beside.read_text()), signal.SIGKILL)  # raises if it had not held on


async def test_a_cancelled_stage_leaves_no_process_behind(
    definition: Definition, incident: Incident[Any], tmp_path: Path
) -> None:
    beside = tmp_path / "pid"
    task = asyncio.create_task(go(definition, incident, how="hang", beside=str(beside)))
    program = beside.with_name("pid.program")
    async with asyncio.timeout(30):
        while not (program.exists() and program.read_text()):
            await asyncio.sleep(0)  # the programs run beside; there is nothing in this loop to wait on
    pids = [int(f.read_text()) for f in (beside, program)]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, signal.SIG_DFL)

"""What ``stormbell workflows test`` plays: ``rehearsal.json`` beside a definition, or its test stage."""

from pathlib import Path
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field

from app.modules.workflows.rehearsal.fakes import run_programs, succeed
from app.modules.workflows.rehearsal.life import Rehearsal
from app.modules.workflows.rehearsal.world import World

FILE = "rehearsal.json"
SHORT = 400


class NoScript(Exception):
    """Nothing says how a workflow is to be tried out; the message says what to write."""


class Step(BaseModel):
    """One thing that happens to a workflow from outside; then it runs until it waits again."""

    model_config = ConfigDict(extra="forbid")
    send: str | None = Field(default=None, description="Stage of a new incident that gets `message`")
    message: dict[str, Any] = {}
    parameters: dict[str, Any] = {}
    deliver: str | None = Field(default=None, description="Source that `body`, or the content of `file`, arrives from")
    key: str = "item"
    body: Any = None
    answer: Any = Field(default=None, description="To the oldest open question")
    give: str | None = Field(default=None, description="Type of `file`, given to the incident as a person does")
    file: Path | None = Field(
        default=None,
        description="Beside the definition; delivered as the folder source tells of it, JSON as its content",
    )
    cancel: str | None = Field(default=None, description="Reason")
    run_seconds: float | None = Field(default=None, description="Run for so long, rather than until it waits")


class Script(BaseModel):
    """A rehearsal as a file."""

    model_config = ConfigDict(extra="forbid")
    steps: list[Step]
    expect: Literal["complete", "cancelled", "error", "active"] = Field(
        default="complete", description="What every incident is in the end"
    )
    datasets: list[str] = Field(default=[], description="Names that are among the results")


class StagePlayed(BaseModel):
    """A stage's run."""

    at_seconds: float = Field(description="Virtual, from the beginning to its end")
    incident: str
    name: str
    state: str
    attempts: int
    label: str | None
    error: str | None


class Played(BaseModel):
    """What happened."""

    workflow: str
    version: str
    path: str
    passed: bool
    problems: list[str]
    incidents: list[dict[str, Any]]
    stages: list[StagePlayed]
    datasets: list[str]
    virtual_seconds: float


def play(path: Path, *, fake: bool = False, output: Path | None = None) -> Played:
    """Try out the workflow at ``path``, its simulations as programs here, or with ``fake`` as if all succeeded.

    Its data sets are written to ``output``. Raises NoScript, DefinitionError, ValidationError.
    """
    world = World(path, simulate=succeed if fake else run_programs)
    try:
        definition = next(iter(world.definitions.values()))
        script = _script_of(path, definition.spec.test)
        begun = world.now
        problems = [text for step in script.steps if (text := _play(world, path, step)) is not None]
        problems += [p for i in world.incidents for p in _problems(i, script)]
        if not world.incidents:
            problems.append("no incident was opened")
        made = [d for i in world.incidents for d in i.datasets]
        problems += [f"there is no data set {n!r}" for n in script.datasets if n not in {d.name for d in made}]
        for dataset in made if output is not None else ():
            assert output is not None
            output.mkdir(parents=True, exist_ok=True)
            (output / Path(dataset.name).name).write_bytes(dataset.path.read_bytes())
        stages = [
            StagePlayed(
                at_seconds=((s.finished_at or world.now) - begun).total_seconds(),
                incident=i.name,
                name=s.name,
                state=s.state,
                attempts=s.attempt,
                label=s.label,
                error=s.error,
            )
            for i in world.incidents
            for s in sorted(i.stages, key=lambda s: (s.number or 10**9, s.id))
        ]
        return Played(
            workflow=definition.spec.name,
            version=definition.version,
            path=str(path),
            passed=not problems,
            problems=problems,
            incidents=[_incident(i) for i in world.incidents],
            stages=stages,
            datasets=[d.name for d in made],
            virtual_seconds=(world.now - begun).total_seconds(),
        )
    finally:
        world.close()


def _script_of(path: Path, test: str | None) -> Script:
    file = path / FILE if path.is_dir() else path.with_name(FILE)
    if path.is_dir() and file.is_file():
        return Script.model_validate_json(file.read_bytes())
    if test is None:
        raise NoScript(f'name a stage that takes an empty message in @workflow(test="..."), or write a {FILE}')
    return Script(steps=[Step(send=test)])


def _play(world: World, path: Path, step: Step) -> str | None:
    """Do one step; return what kept it from being done."""
    content = step.body
    if step.file is not None:
        there = (path if path.is_dir() else path.parent) / step.file
        content = _arrived(there) if step.deliver is not None else there
    try:
        if step.send is not None:
            if world.incidents and world.incidents[-1].is_open:
                world.incidents[-1].send(step.send, step.message)
            else:
                world.open(step.send, step.message, parameters=step.parameters)
        if step.deliver is not None and not world.deliver(step.deliver, content, key=step.key):
            return f"no trigger took what arrived from {step.deliver}"
        if step.answer is not None:
            world.incidents[-1].answer(step.answer)
        if step.give is not None:
            world.incidents[-1].give(content, name=step.file.name if step.file else "data", type=step.give)
        if step.cancel is not None:
            world.incidents[-1].cancel(step.cancel)
        world.run(step.run_seconds)
    except Exception as error:  # noqa: BLE001 - whatever a definition raises is what the rehearsal found out
        return f"{type(error).__name__}: {error}"[:SHORT]
    return None


def _arrived(file: Path) -> Any:
    if file.suffix in (".json", ".geojson"):
        return orjson.loads(file.read_bytes())
    text = file.read_text()
    return {"name": file.name, "path": str(file), "bytes": len(text.encode()), "text": text}


def _problems(incident: Rehearsal, script: Script) -> list[str]:
    if incident.outcome == script.expect:
        return []
    asked = [q.text for q in incident.questions if q.state == "asked"]
    waits = f"; it asks: {', '.join(asked)}" if asked else f"; it waits: {incident.waiting}" if incident.waiting else ""
    why = f": {incident.comment}" if incident.comment else ""
    return [f"{incident.name} is {incident.outcome}, not {script.expect}{why}{waits}"]


def _incident(incident: Rehearsal) -> dict[str, Any]:
    return {
        "name": incident.name,
        "workflow": incident.workflow,
        "outcome": incident.outcome,
        "comment": incident.comment,
        "headline": incident.headline.model_dump() if incident.headline else None,
        "state": incident.state.model_dump(mode="json"),
    }

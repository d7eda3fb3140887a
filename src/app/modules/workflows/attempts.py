"""One attempt of a stage as the engine holds it: what it was told, and what calls the author's method."""

import asyncio
import types
from collections.abc import AsyncIterator, Coroutine, Generator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules import accounts, data
from app.modules.workflows.authoring import StageSpec
from app.modules.workflows.definitions import Definition
from app.modules.workflows.incident import Incident
from app.modules.workflows.process import call_in_process


class StageOverdue(Exception):
    """A stage took longer than its author gave it."""


class Begun(NamedTuple):
    """A stage that runs, and its incident as it was when the attempt began. JSON crosses as text."""

    stage_id: str
    name: str
    message: str
    role: str
    urgency: str
    gather_id: str | None
    label: str | None
    originator: str
    started_at: datetime | None
    incident_id: str
    incident_name: str
    key: str | None
    workflow: str
    workflow_version: str
    owner_id: str
    state: str
    state_data: str
    revision: int
    parameters: str
    exercise: bool
    area: str | None
    opened_at: datetime
    canonical: bool = False  # the state is written as its model writes it, and not as the database does

    def next(
        self,
        stage_id: str,
        name: str,
        message: str,
        urgency: str,
        label: str | None,
        state: str | None,
        started_at: datetime,
    ) -> "Begun":
        """Return a stage this one sends to; ``state`` is that of the incident if it changes it."""
        about = (stage_id, name, message, "stage", urgency, None, label, self.stage_id, started_at)
        now = self[_STATE_DATA : _STATE_DATA + 2] if state is None else (state, self.revision + 1)
        # Not Begun(...): twenty arguments take longer than all the rest.
        canonical = state is not None or self.canonical
        row = (*about, *self[_INCIDENT_ID:_STATE_DATA], *now, *self[_STATE_DATA + 2 : -1], canonical)
        made: Begun = tuple.__new__(Begun, row)
        return made


class Done(NamedTuple):
    """What a stage's method came to: the incident with its effects, and its state as JSON when that has changed."""

    incident: Incident[Any]
    state: str | None


_INCIDENT_ID, _STATE_DATA = Begun._fields.index("incident_id"), Begun._fields.index("state_data")


def incident_of(
    begun: Begun, definition: Definition, *, attempt: int, scratch: str, atlas: Path, datasets: dict[str, Path]
) -> Incident[Any]:
    """Return the incident as the author's method gets it."""
    spec = definition.spec
    parameters: Any = None
    if spec.parameters is not None:
        parameters = spec.parameters.__pydantic_validator__.validate_json(begun.parameters)
    return Incident(
        incident_id=begun.incident_id,
        name=begun.incident_name,
        key=begun.key,
        opened_at=begun.opened_at,
        state=spec.state.__pydantic_validator__.validate_json(begun.state_data),
        stage_id=begun.stage_id,
        attempt=attempt,
        definition=definition.directory,
        scratch=scratch,
        atlas=atlas,
        datasets=datasets,
        parameters=parameters,
        urgency=begun.urgency,  # type: ignore[arg-type]  # the table allows these words only
        exercise=begun.exercise,
        area_json=begun.area,
        originator=begun.originator,
        closing=begun.role != "stage",
    )


def json_of(model: BaseModel) -> str:
    """Return a model as JSON."""
    # The model's own method takes three times as long, to look at options that are not given.
    return model.__pydantic_serializer__.to_json(model).decode()


async def call(definition: Definition, spec: StageSpec, incident: Incident[Any], message: BaseModel) -> Any:
    """Call the author's method in the time it has; return its result as JSON values. Raises StageOverdue."""
    if spec.executor == "process":
        work: Coroutine[Any, Any, Any] = call_in_process(definition, spec, incident, message)
    else:
        work = spec.function(definition.spec.instance, incident, message)
    # Most methods never wait, and a limit takes as long as all the rest of calling one.
    try:
        first = work.send(None)
    except StopIteration as end:
        result = end.value
    else:
        limit = asyncio.timeout(spec.timeout_seconds)
        try:
            async with limit:
                result = await _go_on(work, first)
        except TimeoutError as error:
            if limit.expired():
                raise StageOverdue(f"took longer than {spec.timeout_seconds:g} s") from error
            raise
    if result is None:
        return None
    if not isinstance(result, BaseModel):
        raise TypeError(f"stage {spec.name!r} returned {type(result).__name__}; it returns a pydantic model or nothing")
    return result.model_dump(mode="json")


@types.coroutine
def _go_on(work: Coroutine[Any, Any, Any], awaited: Any) -> Generator[Any, Any, Any]:
    """Await the rest of a coroutine that has begun to wait for ``awaited``."""
    try:
        while True:
            try:
                value = yield awaited
            except GeneratorExit:
                raise
            except BaseException as thrown:  # noqa: BLE001 (it is the coroutine's to deal with)
                awaited = work.throw(thrown)
            else:
                awaited = work.send(value)
    except StopIteration as end:
        return end.value
    finally:
        work.close()


@asynccontextmanager
async def datasets_of(node: Node, message: str, owner_id: str) -> AsyncIterator[dict[str, Path]]:
    """Give files of the data sets a message names, so a stage can read them: those its incident's owner sees."""
    ids = sorted(_dataset_ids(message))
    async with node.database.sessions() as session:
        owner = await accounts.find_principal(session, owner_id)
    if owner is None:  # the house, or somebody who may not log in any more and whose incidents go on
        owner = Principal(owner_id, owner_id, Role.VIEWER)
    async with node.database.session_of(owner) as session:
        seen = [one.id for one in await data.find_many(session, ids)]
    async with data.files_of(node, seen) as files:
        yield files


def _dataset_ids(message: str) -> set[str]:
    found = set()
    for part in message.split('"dst_')[1:]:
        found.add("dst_" + part.partition('"')[0])
    return found

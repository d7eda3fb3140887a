"""The node's catalogue of definitions: watched by a loop, remembered in the database."""

import asyncio
from pathlib import Path

import structlog
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

import app
from app.kernel.alarms import clear_alarm, raise_alarm
from app.kernel.bus import publish
from app.kernel.node import Node
from app.kernel.settings import CommaList, SettingsProblem
from app.modules import logging
from app.modules.workflows.definitions import Broken, Catalogue, Definition, describe
from app.modules.workflows.errors import VersionMissing
from app.modules.workflows.events import DefinitionBroken, DefinitionLoaded
from app.modules.workflows.exercises import last_tests
from app.modules.workflows.models import IncidentRow, WorkflowVersion

log = structlog.get_logger(__name__)

_PACKAGE = Path(app.__file__).parent
WATCH_SECONDS = 2.0


class WorkflowsSettings(BaseModel):
    """Where definitions come from."""

    model_config = ConfigDict(extra="forbid")
    directory: Path | None = Field(None, description="Watched folder; default <data>/workflows")
    examples: CommaList = Field([], description="Shipped examples to load, by name")
    manual_data_bytes: int = Field(
        100 * 1024**2, ge=1, le=100 * 1024**2, description="Largest file people may give to a running incident"
    )


def example_directory(name: str) -> Path:
    """Return the folder of a shipped example. Raises SettingsProblem naming those there are."""
    # An installed wheel holds them beside this package, a checkout at its top.
    places = [_PACKAGE.parent / "stormbell_examples", _PACKAGE.parent.parent / "examples"]
    for place in places:
        if (place / name / "workflow.py").is_file():
            return place / name
    known = sorted({p.parent.name for place in places for p in place.glob("*/workflow.py")})
    raise SettingsProblem(f"there is no example {name!r}; there are: {', '.join(known) or 'none'}")


def catalogue_of(node: Node) -> Catalogue:
    """Return the node's catalogue, made at the first call."""
    catalogue = node.registry.get("workflows.catalogue")
    if not isinstance(catalogue, Catalogue):
        settings = node.settings.of(WorkflowsSettings)
        place = settings.directory or node.settings.data_directory / "workflows"
        catalogue = Catalogue(
            store=node.settings.data_directory / "definitions",
            places=[place],
            extra=[example_directory(name) for name in settings.examples],
            atlas=_PACKAGE / "static" / "atlas",
        )
        node.registry["workflows.catalogue"] = catalogue
    return catalogue


def definition_of(catalogue: Catalogue, incident: IncidentRow) -> Definition:
    """Return the version an incident is pinned to. Raises VersionMissing (409)."""
    definition = catalogue.find(incident.workflow, incident.workflow_version)
    if definition is None:
        raise VersionMissing(f"Workflow {incident.workflow} {incident.workflow_version} is not on this node")
    return definition


async def start(node: Node) -> None:
    """Load what there is before the first delivery; put the last good version of what is broken back in use."""
    logging.tell_of_workflow_tests(node, last_tests)
    for place in catalogue_of(node).places:
        place.mkdir(parents=True, exist_ok=True)  # so that there is a folder to save the first one in
    await refresh(node)
    if not catalogue_of(node).broken:
        return  # what is missing was removed
    async with node.database.transaction() as session:
        newest = select(WorkflowVersion).order_by(WorkflowVersion.loaded_at)
        for row in (await session.scalars(newest)).all():
            await asyncio.to_thread(catalogue_of(node).restore, row.name, row.version)


async def refresh(node: Node) -> float:
    """Read what changed in the watched places and tell of it. Announces workflow.loaded and workflow.broken."""
    catalogue = catalogue_of(node)
    fixed = set(catalogue.broken)
    loaded, broken = await catalogue.refresh()
    fixed -= set(catalogue.broken)
    if loaded or broken or fixed:
        async with node.database.transaction() as session:
            for definition in loaded:
                await session.execute(_remember(definition))
                publish(
                    session,
                    DefinitionLoaded(
                        subject_id=definition.spec.name, name=definition.spec.name, version=definition.version
                    ),
                )
                log.info("workflow loaded", workflow=definition.spec.name, version=definition.version)
            for problem in broken:
                publish(session, _told(problem))
                await raise_alarm(
                    session,
                    f"workflow.broken:{problem.origin}",
                    priority="high",
                    title=f"{problem.file} does not load",
                    consequence=f"{problem.message}. The version before, if any, stays in use.",
                    action="Mend the file; it is read again as soon as it is saved.",
                )
                log.error("workflow broken", file=problem.file, line=problem.line, problem=problem.message)
            for origin in fixed:
                await clear_alarm(session, f"workflow.broken:{origin}")
    return WATCH_SECONDS


def _remember(definition: Definition):  # type: ignore[no-untyped-def]  # an Insert, whose generics say nothing here
    values = {
        "title": definition.spec.title,
        "stages": describe(definition),
        "loaded_at": func.now(),
    }
    return (
        insert(WorkflowVersion)
        .values(name=definition.spec.name, version=definition.version, **values)
        .on_conflict_do_update(index_elements=["name", "version"], set_=values)
    )


def _told(problem: Broken) -> DefinitionBroken:
    return DefinitionBroken(
        subject_id=problem.name or problem.origin.name,
        file=problem.file,
        error={"line": problem.line, "message": problem.message},
    )

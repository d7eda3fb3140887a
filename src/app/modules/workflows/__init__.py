"""Workflows and their incidents.

Owns incidents, stages, gathers, bindings and workflow versions. Calls ingest, simulation, data, accounts and jobs.
Announces incident.*, stage.*, question.*, publication.* and workflow.*.
"""

import contextlib
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.loops import Loop
from app.kernel.module import Module
from app.kernel.node import Node
from app.modules import data, ingest, jobs
from app.modules.workflows import (
    catalogue,
    checking,
    children,
    deadlines,
    gathers,
    incidents,
    lineage,
    openings,
    process,
    questions,
    rehearsal,
    stage_commits,
    stages,
    triggers,
)
from app.modules.workflows.action_routes import PERMISSIONS as ACTION_PERMISSIONS
from app.modules.workflows.action_routes import router as action_router
from app.modules.workflows.authoring import (
    Answered,
    Arrival,
    Finishing,
    Gathered,
    ManualData,
    MemberResult,
    NotAWorkflow,
    Opening,
    Shutdown,
    SimulationRequest,
    SimulationResult,
    stage,
    trigger,
    workflow,
)
from app.modules.workflows.binding_routes import PERMISSIONS as BINDING_PERMISSIONS
from app.modules.workflows.binding_routes import router as binding_router
from app.modules.workflows.catalogue import WorkflowsSettings, example_directory
from app.modules.workflows.definitions import Catalogue, DefinitionError, content_version, load
from app.modules.workflows.errors import IncidentNotFound
from app.modules.workflows.exercises import exercises_among
from app.modules.workflows.incident import ChildFailed, Incident
from app.modules.workflows.incidents import STAGE_JOB
from app.modules.workflows.openings import open_at_once
from app.modules.workflows.publication_routes import PERMISSIONS as PUBLICATION_PERMISSIONS
from app.modules.workflows.publication_routes import router as publication_router
from app.modules.workflows.question_routes import PERMISSIONS as QUESTION_PERMISSIONS
from app.modules.workflows.question_routes import router as question_router
from app.modules.workflows.routes import PERMISSIONS, router
from app.modules.workflows.workflow_routes import PERMISSIONS as WORKFLOW_PERMISSIONS
from app.modules.workflows.workflow_routes import router as workflow_router


def _loops(node: Node) -> Sequence[Loop]:
    return [
        Loop("watch definitions", lambda: catalogue.refresh(node), every_seconds=catalogue.WATCH_SECONDS),
        Loop("deadlines", lambda: deadlines.watch(node), every_seconds=deadlines.WATCH_SECONDS),
        Loop("settle", lambda: deadlines.settle(node), every_seconds=30.0, topics=(stage_commits.SETTLE_TOPIC,)),
    ]


async def _start(node: Node) -> None:
    await catalogue.start(node)
    data.register_lineage(node, lineage.tell)
    data.register_needs(node, lineage.needed)


async def _stop(node: Node) -> None:
    await openings.stop(node)
    await stage_commits.stop(node)
    await process.stop_processes()


async def _lock(session: AsyncSession, incident_id: str) -> None:
    with contextlib.suppress(IncidentNotFound):
        await incidents.get(session, incident_id, lock=True)


jobs.on_exhausted(STAGE_JOB, stages.exhausted, first=_lock)
for counting in (gathers.SIMULATION_ENDED_JOB, children.MEMBER_ENDED_JOB, gathers.GATHER_DUE_JOB):
    jobs.on_exhausted(counting, gathers.exhausted, first=_lock)
jobs.on_exhausted(questions.QUESTION_DUE_JOB, questions.exhausted, first=_lock)
jobs.on_exhausted(ingest.DELIVERY_ARRIVED, triggers.exhausted)

module = Module(
    name="workflows",
    routers=(router, action_router, binding_router, publication_router, question_router, workflow_router),
    permissions={
        **PERMISSIONS,
        **ACTION_PERMISSIONS,
        **BINDING_PERMISSIONS,
        **PUBLICATION_PERMISSIONS,
        **QUESTION_PERMISSIONS,
        **WORKFLOW_PERMISSIONS,
    },
    settings=WorkflowsSettings,
    loops=_loops,
    start=_start,
    stop=_stop,
)

__all__ = [
    "Answered",
    "Arrival",
    "Catalogue",
    "ChildFailed",
    "DefinitionError",
    "Finishing",
    "Gathered",
    "Incident",
    "ManualData",
    "MemberResult",
    "NotAWorkflow",
    "Opening",
    "Shutdown",
    "SimulationRequest",
    "SimulationResult",
    "WorkflowsSettings",
    "checking",
    "content_version",
    "deadlines",
    "example_directory",
    "exercises_among",
    "gathers",
    "load",
    "module",
    "open_at_once",
    "rehearsal",
    "stage",
    "trigger",
    "triggers",
    "workflow",
]

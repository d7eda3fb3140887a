"""Workflows and their incidents.

Owns incidents, stages, gathers and workflow versions. Calls ingest, simulation, data, accounts and jobs.
Announces incident.*, stage.* and workflow.*.
"""

from collections.abc import Sequence

from app.kernel.loops import Loop
from app.kernel.module import Module
from app.kernel.node import Node
from app.modules import ingest, jobs
from app.modules.workflows import catalogue, deadlines, gathers, stages, triggers
from app.modules.workflows.authoring import (
    Arrival,
    Gathered,
    NotAWorkflow,
    Opening,
    SimulationRequest,
    SimulationResult,
    stage,
    trigger,
    workflow,
)
from app.modules.workflows.catalogue import WorkflowsSettings, example_directory
from app.modules.workflows.definitions import Catalogue, DefinitionError, content_version, load
from app.modules.workflows.incident import ChildFailed, Incident
from app.modules.workflows.incidents import STAGE_JOB
from app.modules.workflows.routes import PERMISSIONS, router


def _loops(node: Node) -> Sequence[Loop]:
    return [
        Loop("watch definitions", lambda: catalogue.refresh(node), every_seconds=catalogue.WATCH_SECONDS),
    ]


jobs.on_exhausted(STAGE_JOB, stages.exhausted)
jobs.on_exhausted(gathers.SIMULATION_ENDED_JOB, gathers.exhausted)
jobs.on_exhausted(ingest.DELIVERY_ARRIVED, triggers.exhausted)

module = Module(
    name="workflows",
    router=router,
    permissions=PERMISSIONS,
    settings=WorkflowsSettings,
    loops=_loops,
    start=catalogue.start,
)

__all__ = [
    "Arrival",
    "Catalogue",
    "ChildFailed",
    "DefinitionError",
    "Gathered",
    "Incident",
    "NotAWorkflow",
    "Opening",
    "SimulationRequest",
    "SimulationResult",
    "WorkflowsSettings",
    "content_version",
    "deadlines",
    "example_directory",
    "gathers",
    "load",
    "module",
    "stage",
    "trigger",
    "triggers",
    "workflow",
]

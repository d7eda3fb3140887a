"""What workflow authors import. Re-exports only: the names here are the ones that stay.

from stormbell import Incident, stage, trigger, workflow
"""

from app.modules.workflows import (
    Arrival,
    ChildFailed,
    Gathered,
    Incident,
    Opening,
    SimulationRequest,
    SimulationResult,
    stage,
    trigger,
    workflow,
)

__all__ = [
    "Arrival",
    "ChildFailed",
    "Gathered",
    "Incident",
    "Opening",
    "SimulationRequest",
    "SimulationResult",
    "stage",
    "trigger",
    "workflow",
]

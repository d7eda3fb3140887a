"""What workflow authors import. Re-exports only: the names here are the ones that stay.

from stormbell import Incident, stage, trigger, workflow
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.modules.workflows import (
        Answered,
        Arrival,
        ChildFailed,
        Finishing,
        Gathered,
        Incident,
        ManualData,
        MemberResult,
        Opening,
        Shutdown,
        SimulationRequest,
        SimulationResult,
        stage,
        trigger,
        workflow,
    )

__all__ = [
    "Answered",
    "Arrival",
    "ChildFailed",
    "Finishing",
    "Gathered",
    "Incident",
    "ManualData",
    "MemberResult",
    "Opening",
    "Shutdown",
    "SimulationRequest",
    "SimulationResult",
    "stage",
    "trigger",
    "workflow",
]


def __getattr__(name: str) -> Any:
    # The pytest plugin lies below this package: a test run that has nothing to do with workflows does not pay for them.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module("app.modules.workflows"), name)

"""Trying a workflow out in memory: no server, no database, a clock that jumps; and the fixture ``run_workflow``.

from stormbell.testing import Result, SimulationFails, World, run_programs
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.modules import workflows

    EndlessRun = workflows.rehearsal.EndlessRun
    Rehearsal = workflows.rehearsal.Rehearsal
    Result = workflows.rehearsal.Result
    SimulationFails = workflows.rehearsal.SimulationFails
    World = workflows.rehearsal.World
    run_programs = workflows.rehearsal.run_programs
    succeed = workflows.rehearsal.succeed

__all__ = ["EndlessRun", "Rehearsal", "Result", "SimulationFails", "World", "run_programs", "succeed"]


def __getattr__(name: str) -> Any:
    # pytest loads this package at every start; only a test that uses it pays for the rest.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module("app.modules.workflows").rehearsal, name)

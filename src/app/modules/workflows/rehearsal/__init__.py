"""Incidents in memory: the rules of the engine without its database, on a clock that jumps. For authors' tests."""

from app.modules.workflows.rehearsal.fakes import Result, SimulationFails, run_programs, succeed
from app.modules.workflows.rehearsal.life import Rehearsal
from app.modules.workflows.rehearsal.scripts import NoScript, play
from app.modules.workflows.rehearsal.world import EndlessRun, World

__all__ = [
    "EndlessRun",
    "NoScript",
    "Rehearsal",
    "Result",
    "SimulationFails",
    "World",
    "play",
    "run_programs",
    "succeed",
]

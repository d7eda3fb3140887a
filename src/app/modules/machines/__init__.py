"""Machines: the places simulations run, and how to speak to their batch systems.

Owns: machines. Calls: nothing below. Announces: machine.changed, and the alarm ``machine:<id>`` when one stops
answering. Hints: ``machines`` when one was changed, ``machine:<id>`` when a run of it changed its state.
"""

from app.kernel.module import Module
from app.kernel.principal import Role
from app.modules.machines.batch import (
    ENDED,
    BatchRun,
    BatchSystem,
    NativeStatus,
    Output,
    Receipt,
    RunRef,
    RunRefused,
    Usage,
)
from app.modules.machines.connections import batch_of, topic_of, transport_of
from app.modules.machines.errors import MachineElsewhere, MachineNotFound
from app.modules.machines.loops import loops, start, stop
from app.modules.machines.models import Machine
from app.modules.machines.routes import router
from app.modules.machines.schemas import MachinesSettings
from app.modules.machines.service import change, ensure_local, get, list_all, record_answer, record_silence
from app.modules.machines.transport import Transport

__all__ = [
    "ENDED",
    "BatchRun",
    "BatchSystem",
    "Machine",
    "MachineElsewhere",
    "MachineNotFound",
    "NativeStatus",
    "Output",
    "Receipt",
    "RunRef",
    "RunRefused",
    "Transport",
    "Usage",
    "batch_of",
    "change",
    "ensure_local",
    "get",
    "list_all",
    "module",
    "record_answer",
    "record_silence",
    "topic_of",
    "transport_of",
]

module = Module(
    name="machines",
    router=router,
    permissions={
        "machine_list": Role.VIEWER,
        "machine_get": Role.VIEWER,
        "machine_change": Role.OPERATOR,
    },
    settings=MachinesSettings,
    loops=loops,
    start=start,
    stop=stop,
)

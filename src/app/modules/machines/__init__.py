"""Machines: the places simulations run, and how to speak to their batch systems, files and shells.

Owns: machines, their host keys, logins people answer, maintenance, history, software and recipes. Calls: credentials,
jobs. Announces: machine.changed, machine.login_changed, and the alarms ``machine:<id>`` when one stops answering,
``machine.host_key:<id>`` when it shows another host key and ``machine.login:<id>`` when it waits for a login. Hints:
``machines`` when one was changed, ``machine:<id>`` when a run of it changed its state or somebody logged in. Job kind:
``machines.install``.
"""

from app.kernel.module import Module
from app.modules.machines import file_routes, login_routes, recipe_routes, routes, software_routes
from app.modules.machines.batch import (
    ENDED,
    Accounting,
    AccountingOff,
    BatchRun,
    BatchSystem,
    ForeseesStarts,
    NativeStatus,
    Output,
    Receipt,
    RunRef,
    RunRefused,
    SubmissionLimited,
    Usage,
)
from app.modules.machines.callback_shell import signature as callback_signature
from app.modules.machines.connections import (
    array_count,
    batch_of,
    foresees_starts,
    is_reachable,
    keeps_accounts,
    most_submitted,
    ssh_connection,
    topic_of,
    transport_of,
)
from app.modules.machines.equipping import path_line
from app.modules.machines.errors import MachineElsewhere, MachineNotFound
from app.modules.machines.history import register_counter
from app.modules.machines.ladder import KINDS as RUNG_KINDS
from app.modules.machines.ladder import Rung, RungKind, ladder_of
from app.modules.machines.loops import loops, start, stop
from app.modules.machines.models import Machine
from app.modules.machines.own_machine import ensure_local
from app.modules.machines.past_jobs import KeepsJobs, PastJob, PastJobs
from app.modules.machines.queue_view import MachineQueue, QueueJob, QueueReservation
from app.modules.machines.registration import change, register_users
from app.modules.machines.requirements import RequirementText
from app.modules.machines.rows import get, list_all, record_answer, record_silence, waits_for_login
from app.modules.machines.run_callbacks import callback_looks_of, callback_url_of, calls_back, new_callback_key
from app.modules.machines.settings import MachinesSettings
from app.modules.machines.software import Inventory, inventory_of
from app.modules.machines.software_schemas import Provided
from app.modules.machines.transport import Completed, HostKeyRefused, LoginRefused, LoginWaits, Transport
from app.modules.machines.transport import Surroundings as TransportSurroundings

__all__ = [
    "ENDED",
    "RUNG_KINDS",
    "Accounting",
    "AccountingOff",
    "BatchRun",
    "BatchSystem",
    "Completed",
    "ForeseesStarts",
    "HostKeyRefused",
    "Inventory",
    "KeepsJobs",
    "LoginRefused",
    "LoginWaits",
    "Machine",
    "MachineElsewhere",
    "MachineNotFound",
    "MachineQueue",
    "NativeStatus",
    "Output",
    "PastJob",
    "PastJobs",
    "Provided",
    "QueueJob",
    "QueueReservation",
    "Receipt",
    "RequirementText",
    "RunRef",
    "RunRefused",
    "Rung",
    "RungKind",
    "SubmissionLimited",
    "Transport",
    "TransportSurroundings",
    "Usage",
    "array_count",
    "batch_of",
    "callback_looks_of",
    "callback_signature",
    "callback_url_of",
    "calls_back",
    "change",
    "ensure_local",
    "foresees_starts",
    "get",
    "inventory_of",
    "is_reachable",
    "keeps_accounts",
    "ladder_of",
    "list_all",
    "module",
    "most_submitted",
    "new_callback_key",
    "path_line",
    "record_answer",
    "record_silence",
    "register_counter",
    "register_users",
    "ssh_connection",
    "topic_of",
    "transport_of",
    "waits_for_login",
]


module = Module(
    name="machines",
    routers=(
        routes.router,
        file_routes.router,
        login_routes.router,
        software_routes.router,
        recipe_routes.router,
    ),
    permissions={
        **routes.PERMISSIONS,
        **file_routes.PERMISSIONS,
        **login_routes.PERMISSIONS,
        **software_routes.PERMISSIONS,
        **recipe_routes.PERMISSIONS,
    },
    settings=MachinesSettings,
    loops=loops,
    start=start,
    stop=stop,
)

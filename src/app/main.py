"""Puts the house together: the modules, the application, its life."""

from app.kernel.module import Module
from app.modules import accounts, data, ingest, jobs, logging, machines, simulation, workflows

# Top floor first: a module may call those after it, through their front doors only.
MODULES: tuple[Module, ...] = (
    workflows.module,
    ingest.module,
    simulation.module,
    logging.module,
    data.module,
    machines.module,
    accounts.module,
    jobs.module,
)

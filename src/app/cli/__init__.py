"""``stormbell noun verb``: everything but serve, demo, migrate, config and doctor goes over the generated client."""

import os
import sys

from app.cli import (  # noqa: F401  (each registers its commands)
    about,
    account,
    alarms,
    allocations,
    applications,
    audit,
    batches,
    bindings,
    bulk_jobs,
    config,
    connecting,
    credentials,
    dataset_copies,
    dataset_links,
    dataset_previews,
    dataset_sources,
    dataset_uploads,
    dataset_verbs,
    datasets,
    deliveries,
    demo,
    doctor,
    drivers,
    events,
    groups,
    identities,
    incident_archives,
    incident_verbs,
    incidents,
    invitations,
    jobs,
    keys,
    logs,
    machine_files,
    machine_logins,
    machine_setup,
    machines,
    migrate,
    nodes,
    observe,
    password,
    predictions,
    profile,
    publications,
    queues,
    recipes,
    schedules,
    serve,
    sessions,
    shares,
    silence,
    simulation_figures,
    simulation_verbs,
    simulations,
    software,
    sources,
    storage_files,
    storages,
    tokens,
    transfers,
    user_files,
    users,
    webhooks,
    workflow_verbs,
    workflows,
)
from app.cli.app import app


def main() -> None:
    """Run the command line; problems become one sentence and a fixed exit code, never a traceback."""
    from app.cli.problems import exit_code_of
    from app.kernel import garbage

    garbage.look_seldom()
    if "_STORMBELL_COMPLETE" in os.environ:  # the shell asks what could come next
        from typer._completion_classes import completion_init

        completion_init()
    try:
        code = app(standalone_mode=False)  # an interrupted command returns 130 here instead of raising
    except BaseException as error:  # noqa: BLE001 - the last place that can say what happened
        sys.exit(exit_code_of(error))
    sys.exit(code)


__all__ = ["app", "main"]

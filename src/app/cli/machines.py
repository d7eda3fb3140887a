"""``stormbell machines``."""

from typing import Annotated

import typer

from app.cli import remote, show
from app.cli.app import All, Json, Limit, noun

machines = noun("machines", "Places to run simulations.")

Machine = Annotated[str, typer.Argument(metavar="MACHINE", help="Its name or id")]


@machines.command("list")
def list_machines(limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List machines by name.

    Example: stormbell machines list
    """
    from stormbell_client.api.machines import machine_list

    page = remote.pages(machine_list.sync_detailed, limit, all_, client=remote.client())
    show.rows(
        page,
        json_,
        ("name", "state", "driver", "cores", "running", "queued", "cordoned", "asked", "last error"),
        lambda m: (
            *(m.name, m.state if m.enabled else "disabled", m.driver, f"{m.cores_used}/{m.cores}", m.running_count),
            *(m.queued_count, m.cordoned or None, m.last_polled_at, m.last_error),
        ),
        "No machines.",
    )


@machines.command("cordon")
def cordon(machine: Machine, json_: Json = False) -> None:
    """Send nothing new to a machine; what runs goes on.

    Example: stormbell machines cordon archer2
    """
    _cordon(machine, True, json_)


@machines.command("uncordon")
def uncordon(machine: Machine, json_: Json = False) -> None:
    """Send simulations to a machine again.

    Example: stormbell machines uncordon archer2
    """
    _cordon(machine, False, json_)


def _cordon(machine: str, cordoned: bool, json_: bool) -> None:
    from stormbell_client.api.machines import machine_change, machine_list
    from stormbell_client.models.machine_change import MachineChange

    change = MachineChange(cordoned=cordoned)
    machine_id = remote.id_of(machine_list.sync_detailed, "machine", "mch_", machine)
    answer = remote.ask(machine_change.sync_detailed, machine_id, client=remote.client(), body=change)
    said = "takes nothing new" if answer.view.cordoned else "takes simulations"
    show.done(f"{answer.view.name} {said}.", answer.document, json_)

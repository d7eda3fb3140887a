"""Host keys of machines from the shell: a first one is confirmed by who sees its fingerprint."""

import sys
from typing import Annotated, Any

import typer

from app.cli import remote
from app.cli.problems import CommandFailed, Refused

Machine = Annotated[str, typer.Argument(metavar="MACHINE", help="Its name or id")]


def id_of(machine: str) -> str:
    """Return the id of a machine given by name or id. Raises CommandFailed when no machine has the name."""
    from stormbell_client.api.machines import machine_list

    return remote.id_of(machine_list.sync_detailed, "machine", "mch_", machine)


def name_of(machine: str) -> str:
    """Return the name of a machine given by name or id. Raises CommandFailed when there is none."""
    from stormbell_client.api.machines import machine_get

    machine_id = id_of(machine)
    if machine_id != machine:
        return machine
    return remote.ask(machine_get.sync_detailed, machine_id, client=remote.client()).view.name


def looked_at(machine_id: str, name: str, trust: str | None, json_: bool) -> "remote.Answer[Any]":
    """Probe a machine; a host key nobody has confirmed is asked about where there is somebody to ask.

    Raises Refused, CommandFailed saying how to confirm the key.
    """
    from stormbell_client.api.machines import machine_host_key_list, machine_probe

    from app.cli.machine_logins import log_in

    for _ in range(6):  # every host on the way may show one
        try:
            return remote.ask(machine_probe.sync_detailed, machine_id, client=remote.client())
        except Refused as refused:
            if refused.problem == "machine_waits_for_login" and sys.stdin.isatty() and not json_:
                log_in(machine_id, name)
                continue
            if refused.problem != "host_key_unknown":
                raise
            keys = remote.ask(machine_host_key_list.sync_detailed, machine_id, client=remote.client()).view.items
            shown = max((key for key in keys if key.state.value == "shown"), key=lambda key: key.last_shown_at)
            if shown.fingerprint != trust and not _confirmed(shown, json_):
                raise CommandFailed(
                    f"{refused}; if it is the right one: stormbell machines probe {name} --trust {shown.fingerprint}",
                    refused.code,
                ) from refused
            accept(machine_id, shown.fingerprint)
    raise CommandFailed(f"{name} shows one host key after another")


def _confirmed(key: Any, json_: bool) -> bool:
    if json_ or not sys.stdin.isatty():
        return False
    return typer.confirm(
        f"{key.place} shows the {key.key_type} host key {key.fingerprint}. Is that its key?", default=False, err=True
    )


def accept(machine_id: str, fingerprint: str) -> Any:
    """Trust a host key; return what the server says of it."""
    from stormbell_client.api.machines import machine_host_key_trust
    from stormbell_client.models.host_key_trust import HostKeyTrust

    body = HostKeyTrust(fingerprint=fingerprint)
    return remote.ask(machine_host_key_trust.sync_detailed, machine_id, client=remote.client(), body=body).document

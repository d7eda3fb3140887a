"""``stormbell machines``."""

import json
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed
from app.cli.machine_keys import Machine, id_of, looked_at
from app.cli.problems import CommandFailed, Refused
from app.cli.units import moment, size

BatchSetting = Annotated[
    list[str],
    typer.Option("--batch-setting", metavar="NAME=VALUE", help="A setting of the batch system; may be repeated"),
]
ApiCredential = Annotated[
    str | None, typer.Option(help="Name or id of the credential its batch system is asked with, where that is by HTTP")
]
TestMode = Annotated[
    bool | None, typer.Option("--test-mode/--no-test-mode", help="Send nothing there: runs are made up, a state a poll")
]

machines = noun("machines", "Places to run simulations.")
Setting = Annotated[
    list[str], typer.Option("--setting", metavar="NAME=VALUE", help="A setting of the transport; may be repeated")
]


@machines.command("list")
def list_machines(
    name: Annotated[str | None, typer.Option(help="Only those with this in their name")] = None,
    driver: Annotated[str | None, typer.Option(help="Only with this batch system")] = None,
    state: Annotated[list[str], typer.Option(help="Only in this state; may be repeated")] = [],  # noqa: B006
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List machines by name.

    Example: stormbell machines list --driver slurm --state unreachable
    """
    from stormbell_client.api.machines import machine_list
    from stormbell_client.models.machine_list_state_type_0_item import MachineListStateType0Item

    states = remote.one_of(MachineListStateType0Item, state, "--state")
    page = remote.pages(
        machine_list.sync_detailed,
        limit,
        all_,
        client=remote.client(),
        name=name,
        driver=driver,
        state=states or None,
    )
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


@machines.command("show")
def show_machine(machine: Machine, json_: Json = False) -> None:
    """Show a machine, and what was found there when it was last looked at.

    Example: stormbell machines show archer2
    """
    from stormbell_client.api.machines import machine_get

    _one(remote.ask(machine_get.sync_detailed, id_of(machine), client=remote.client()), json_)


@machines.command("add")
def add_machine(
    name: Annotated[str, typer.Argument(help="What it is called")],
    host: Annotated[str, typer.Argument(help="Where one logs in: host or host:port")],
    credential: Annotated[str | None, typer.Option(help="Name or id of the SSH key, authority or password")] = None,
    transport: Annotated[str, typer.Option(help="One of 'stormbell drivers list --kind machines.transport'")] = "ssh",
    driver: Annotated[str | None, typer.Option(help="Its batch system, if there is a driver for it")] = None,
    api_credential: ApiCredential = None,
    setting: Setting = [],  # noqa: B006
    batch_setting: BatchSetting = [],  # noqa: B006
    test_mode: TestMode = None,
    host_key: Annotated[str | None, typer.Option(metavar="LINE", help="Its public host key, if known")] = None,
    trust: Annotated[str | None, typer.Option(metavar="SHA256:…", help="Trust its host key if it is this one")] = None,
    json_: Json = False,
) -> None:
    """Register a machine, look at it, and ask whether the host key it shows is its own.

    Example: stormbell machines add heron login.heron.example --credential "heron key"
    """
    from stormbell_client.api.machines import machine_register
    from stormbell_client.models.machine_register import MachineRegister

    settings: dict[str, Any] = {"host": host, **dict(_pair(text) for text in setting)}
    if transport == "ssh" and host.rpartition(":")[2].isdigit() and host.count(":") == 1:
        settings["host"], settings["port"] = host.partition(":")[0], int(host.partition(":")[2])
    body: dict[str, Any] = {"name": name, "transport": transport, "transport_settings": settings, "driver": driver}
    if given := _batch_settings(batch_setting, api_credential):
        body["settings"] = given
    if test_mode is not None:
        body["test_mode"] = test_mode
    if credential is not None:
        body["credential_id"] = _credential(credential)
    if host_key is not None:
        body["host_key"] = host_key
    made = remote.ask(machine_register.sync_detailed, client=remote.client(), body=MachineRegister.from_dict(body))
    try:
        _one(looked_at(made.view.id, made.view.name, trust, json_), json_)
    except Refused as refused:  # who asks again would be told that the name is taken
        raise CommandFailed(
            f"{refused}; {name} is registered all the same: mend it with 'stormbell machines change {name}' and look "
            f"again with 'stormbell machines probe {name}', or take it away with 'stormbell machines remove {name}'",
            refused.code,
        ) from refused


@machines.command("probe")
def probe_machine(
    machine: Machine,
    trust: Annotated[str | None, typer.Option(metavar="SHA256:…", help="Trust its host key if it is this one")] = None,
    json_: Json = False,
) -> None:
    """Look at a machine now: whether it answers and what it has.

    Example: stormbell machines probe heron
    """
    _one(looked_at(id_of(machine), machine, trust, json_), json_)


@machines.command("change")
def change_machine(
    machine: Machine,
    name: Annotated[str | None, typer.Option(help="Another name")] = None,
    credential: Annotated[str | None, typer.Option(help="Another credential, by name or id")] = None,
    driver: Annotated[str | None, typer.Option(help="Another batch system")] = None,
    api_credential: ApiCredential = None,
    setting: Setting = [],  # noqa: B006
    batch_setting: BatchSetting = [],  # noqa: B006
    test_mode: TestMode = None,
    refused_tags: Annotated[
        str | None, typer.Option(metavar="TAG,...", help="Tags of data sets that never go there; '' for none")
    ] = None,
    only_tags: Annotated[
        str | None, typer.Option(metavar="TAG,...", help="Only data sets with one of these go there; '' for any")
    ] = None,
    json_: Json = False,
) -> None:
    """Rename a machine, or change how it is reached and asked; settings that are not named stay.

    Example: stormbell machines change heron --driver slurm --batch-setting partition=standard
    """
    from stormbell_client.api.machines import machine_get

    found = remote.ask(machine_get.sync_detailed, id_of(machine), client=remote.client())
    fields: dict[str, Any] = {}
    if name is not None:
        fields["name"] = name
    if credential is not None:
        fields["credential_id"] = _credential(credential)
    if driver is not None:
        fields["driver"] = driver
    if test_mode is not None:
        fields["test_mode"] = test_mode
    for member, tags in (("refused_tags", refused_tags), ("only_tags", only_tags)):
        if tags is not None:
            fields[member] = [one.strip() for one in tags.split(",") if one.strip()]
    if setting:
        fields["transport_settings"] = {**found.document["transport_settings"], **dict(_pair(s) for s in setting)}
    if given := _batch_settings(batch_setting, api_credential):
        fields["settings"] = {**found.document["settings"], **given}
    _one(_change(found.view.id, fields), json_)


@machines.command("remove")
def remove_machine(machine: Machine, dry_run: DryRun = False, yes: Yes = False, json_: Json = False) -> None:
    """Remove a machine nothing runs on; what ran there stays.

    Example: stormbell machines remove heron --dry-run
    """
    from stormbell_client.api.machines import machine_get, machine_remove

    found = remote.ask(machine_get.sync_detailed, id_of(machine), client=remote.client())
    if allowed(f"remove machine {found.view.name!r}", found.document, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(machine_remove.sync_detailed, found.view.id, client=remote.client())
        show.done(f"Removed {found.view.name}.", {"removed": found.document}, json_)


@machines.command("enable")
def enable(machine: Machine, json_: Json = False) -> None:
    """Ask a machine again, and send simulations there.

    Example: stormbell machines enable archer2
    """
    answer = _change(id_of(machine), {"enabled": True})
    show.done(f"{answer.view.name} is enabled.", answer.document, json_)


@machines.command("disable")
def disable(machine: Machine, json_: Json = False) -> None:
    """Leave a machine alone: nothing is sent there and it is not asked.

    Example: stormbell machines disable archer2
    """
    answer = _change(id_of(machine), {"enabled": False})
    show.done(f"{answer.view.name} is disabled.", answer.document, json_)


@machines.command("cordon")
def cordon(machine: Machine, json_: Json = False) -> None:
    """Send nothing new to a machine; what runs goes on.

    Example: stormbell machines cordon archer2
    """
    answer = _change(id_of(machine), {"cordoned": True})
    show.done(f"{answer.view.name} takes nothing new.", answer.document, json_)


@machines.command("uncordon")
def uncordon(machine: Machine, json_: Json = False) -> None:
    """Send simulations to a machine again.

    Example: stormbell machines uncordon archer2
    """
    answer = _change(id_of(machine), {"cordoned": False})
    show.done(f"{answer.view.name} takes simulations.", answer.document, json_)


@machines.command("maintain")
def maintain(
    machine: Machine,
    until: Annotated[str, typer.Option(metavar="TIME", help="When it ends: 2027-01-31T18:00Z, or 2h from now")],
    reason: Annotated[str, typer.Option(help="Why, for those who wait")],
    start: Annotated[str | None, typer.Option("--from", metavar="TIME", help="When it begins; now if left out")] = None,
    json_: Json = False,
) -> None:
    """Plan a time in which nothing new is sent to a machine, and its silence is no alarm.

    Example: stormbell machines maintain heron --until 2027-01-31T18:00Z --reason "New file system"
    """
    from stormbell_client.api.machines import machine_maintenance_plan
    from stormbell_client.models.maintenance_plan import MaintenancePlan

    begins_at, ends_at = moment(start, ahead=True).isoformat() if start else None, moment(until, ahead=True)
    body = MaintenancePlan.from_dict({"starts_at": begins_at, "ends_at": ends_at.isoformat(), "reason": reason})
    planned = remote.ask(machine_maintenance_plan.sync_detailed, id_of(machine), client=remote.client(), body=body)
    show.done(f"{machine} is maintained until {ends_at:%Y-%m-%d %H:%M} UTC.", planned.document, json_)


def _change(machine_id: str, fields: dict[str, Any]) -> "remote.Answer[Any]":
    from stormbell_client.api.machines import machine_change
    from stormbell_client.models.machine_change import MachineChange

    body = MachineChange.from_dict(fields)
    return remote.ask(machine_change.sync_detailed, machine_id, client=remote.client(), body=body)


def _batch_settings(pairs: list[str], api_credential: str | None) -> dict[str, Any]:
    given = dict(_pair(text) for text in pairs)
    return given if api_credential is None else {**given, "api_credential_id": _credential(api_credential)}


def _credential(wanted: str) -> str:
    from app.cli.credentials import id_of as credential_id

    return credential_id(wanted)


def _pair(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise CommandFailed(f"--setting takes NAME=VALUE, not {text!r}", 2)
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _one(answer: "remote.Answer[Any]", json_: bool) -> None:
    m = answer.view
    report: dict[str, Any] = answer.document.get("report") or {}
    show.one(
        answer,
        json_,
        [
            ("id", m.id),
            ("name", m.name),
            ("state", m.state if m.enabled else "disabled"),
            ("cordoned", m.cordoned or None),
            ("maintained until", m.maintenance_until or None),
            ("last error", m.last_error),
            ("batch system", m.driver or "none"),
            *[(name, json.dumps(value)) for name, value in m.settings.to_dict().items()],
            ("test mode", "runs are made up" if m.test_mode else None),
            ("takes no data tagged", ", ".join(m.refused_tags or ()) or None),
            ("takes only data tagged", ", ".join(m.only_tags or ()) or None),
            ("transport", m.transport),
            *[(name, json.dumps(value)) for name, value in m.transport_settings.to_dict().items()],
            ("credential", m.credential_id or None),
            ("in use", f"{m.cores_used} of {m.cores} cores"),
            ("host", report.get("host")),
            ("system", report.get("system")),
            ("memory", size(report["memory_bytes"]) if report.get("memory_bytes") else None),
            ("account", report.get("user")),
            ("found there", ", ".join(report.get("batch_systems", [])) or None),
            ("version", report.get("batch_version")),
            ("partitions", ", ".join(one["name"] for one in report.get("partitions", [])) or None),
            ("latency", f"{report['latency_seconds'] * 1000:.1f} ms" if report else None),
            ("callbacks", "arrive from its login host" if report.get("callbacks_reach_us") else None),
            *[("remark", text) for text in report.get("remarks", [])],
        ],
    )

"""``stormbell nodes``: enroll and revoke speak to the database, the others to the server."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, Data, DryRun, Json, Limit, Set, Timeout, Yes, noun
from app.cli.asking import allowed
from app.cli.files import text_of
from app.cli.problems import TIMED_OUT, USAGE, CommandFailed

if TYPE_CHECKING:
    from stormbell_client.models.node import Node as NodeModel

nodes = noun("nodes", "The running processes that share the work.")

Node = Annotated[str, typer.Argument(metavar="NODE", help="Its name or boot id")]
AdminUrl = Annotated[
    Path | None, typer.Option("--admin-url-file", help="File with the URL of a database administrator, if need be")
]
LOOK_SECONDS = 0.2


@nodes.command("list")
def list_nodes(
    dead: Annotated[bool, typer.Option("--dead", help="Also boots that have ended")] = False,
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List nodes: their states, sections, what they lead and when they were heard.

    Example: stormbell nodes list --dead
    """
    from stormbell_client.api.nodes import node_list
    from stormbell_client.models.node_list_state_item import NodeListStateItem

    states = [state for state in NodeListStateItem if dead or state.value != "dead"]
    page = remote.pages(node_list.sync_detailed, limit, all_, client=remote.client(), state=states)
    show.rows(
        page,
        json_,
        ("name", "process", "state", "reason", "busy", "sections", "leads", "roles", "heard", "id"),
        lambda n: (
            *(
                n.name,
                n.process_id,
                n.state,
                n.reason,
                f"{n.busy}/{n.slots}",
                n.sections_count,
                n.leads or None,
                n.roles,
            ),
            *(n.heartbeat_at, n.id),
        ),
        "No nodes.",
    )


@nodes.command("show")
def show_node(node: Node, json_: Json = False) -> None:
    """Show one node.

    Example: stormbell nodes show heron
    """
    from stormbell_client.api.nodes import node_get

    answer = remote.ask(node_get.sync_detailed, node, client=remote.client())
    n = answer.view
    show.one(
        answer,
        json_,
        [
            ("name", n.name),
            ("id", n.id),
            ("state", n.state),
            ("reason", n.reason),
            ("since", n.state_since),
            ("asked to", "drain" if n.drain_requested else "pause" if n.pause_requested else None),
            ("roles", n.roles),
            ("leads", n.leads or None),
            ("sections", n.sections_count),
            ("jobs", f"{n.busy} of {n.slots}"),
            ("heard", n.heartbeat_at),
            ("host", f"{n.host}, process {n.process_id}"),
            ("version", n.version),
            ("started", n.started_at),
            ("ended", n.ended_at),
        ],
    )


@nodes.command("pause")
def pause(node: Node, json_: Json = False) -> None:
    """Let a node take nothing new; what runs on it goes on.

    Example: stormbell nodes pause heron
    """
    from stormbell_client.api.nodes import node_pause

    answer = remote.ask(node_pause.sync_detailed, node, client=remote.client())
    show.done(f"{answer.view.name} takes nothing new.", answer.document, json_)


@nodes.command("resume")
def resume(node: Node, json_: Json = False) -> None:
    """Let a paused node take work again.

    Example: stormbell nodes resume heron
    """
    from stormbell_client.api.nodes import node_resume

    answer = remote.ask(node_resume.sync_detailed, node, client=remote.client())
    show.done(f"{answer.view.name} takes work again.", answer.document, json_)


@nodes.command("drain")
def drain(
    node: Node,
    wait: Annotated[bool, typer.Option("--wait", help="Return once nothing runs on it")] = False,
    timeout: Timeout = None,
    json_: Json = False,
) -> None:
    """Take a node out of service: nothing new, and drained once its last job has ended.

    Example: stormbell nodes drain heron --wait
    """
    from stormbell_client.api.nodes import node_drain, node_get

    answer = remote.ask(node_drain.sync_detailed, node, client=remote.client())
    until = None if timeout is None else time.monotonic() + timeout
    while wait and answer.view.state.value not in ("paused", "dead"):
        if until is not None and time.monotonic() > until:
            raise CommandFailed(f"{answer.view.busy} jobs still run on {answer.view.name}", TIMED_OUT)
        time.sleep(LOOK_SECONDS)
        answer = remote.ask(node_get.sync_detailed, answer.view.id, client=remote.client())
    show.done(_drained(answer.view), answer.document, json_)


def _drained(node: "NodeModel") -> str:
    if node.state.value in ("paused", "dead"):
        return f"{node.name} is {node.state.value}; nothing runs on it."
    return f"{node.name} drains: {node.busy} jobs still run."


@nodes.command("loops")
def loops(
    node: Node,
    stop: Annotated[str | None, typer.Option(metavar="LOOP", help="Stop this loop, or a role as role:worker")] = None,
    start: Annotated[str | None, typer.Option(metavar="LOOP", help="Start this loop or role again")] = None,
    json_: Json = False,
) -> None:
    """List a node's loops and roles with uptime and restarts; stop or start one. It stays stopped over restarts.

    Example: stormbell nodes loops heron --stop role:worker
    """
    from stormbell_client.api.nodes import node_loop_list, node_loop_start, node_loop_stop

    if stop is not None and start is not None:
        raise CommandFailed("name one loop: with --stop or with --start", USAGE)
    if stop is not None:
        done = remote.ask(node_loop_stop.sync_detailed, node, stop, client=remote.client())
        show.done(f"{stop} on {done.view.node} stops.", done.document, json_)
        return
    if start is not None:
        done = remote.ask(node_loop_start.sync_detailed, node, start, client=remote.client())
        show.done(f"{start} on {done.view.node} starts.", done.document, json_)
        return
    answer = remote.ask(node_loop_list.sync_detailed, node, client=remote.client())
    cells: list[tuple[object, ...]] = [
        (f"role:{role.name}", "stopped" if role.switched_off else "on", *[None] * 5) for role in answer.view.roles
    ]
    cells += [
        (one.name, one.state, one.since, one.runs, one.failures, one.restarts, one.last_error)
        for one in answer.view.items
    ]
    if json_:
        show.document(answer.document)
    else:
        show.table(("loop", "state", "since", "runs", "failures", "restarts", "last error"), cells, answer.at)


@nodes.command("settings")
def settings(
    node: Node,
    change: Annotated[str | None, typer.Option("--set", metavar="NAME=VALUE", help="Change this one")] = None,
    reset: Annotated[str | None, typer.Option(metavar="NAME", help="Let it be what the node was started with")] = None,
    json_: Json = False,
) -> None:
    """List the settings that can be changed while a node runs; change one. It stays so over restarts.

    Example: stormbell nodes settings heron --set jobs.slots=50
    """
    from stormbell_client.api.nodes import node_setting_change, node_setting_list, node_setting_reset
    from stormbell_client.models.node_setting_change import NodeSettingChange

    if change is not None and reset is not None:
        raise CommandFailed("name one setting: with --set or with --reset", USAGE)
    if change is not None:
        name, given, value = change.partition("=")
        if not given:
            raise CommandFailed(f"--set takes NAME=VALUE, such as jobs.slots=50, not {change}", USAGE)
        body = NodeSettingChange.from_dict({"value": _value_of(value)})
        done = remote.ask(node_setting_change.sync_detailed, node, name, client=remote.client(), body=body)
        show.done(f"{name} on {done.view.node} becomes {value}.", done.document, json_)
        return
    if reset is not None:
        done = remote.ask(node_setting_reset.sync_detailed, node, reset, client=remote.client())
        show.done(f"{reset} on {done.view.node} becomes what it was started with.", done.document, json_)
        return
    answer = remote.ask(node_setting_list.sync_detailed, node, client=remote.client())
    if json_:
        show.document(answer.document)
        return
    cells = [(one.name, one.value, one.started_with, one.chosen, one.changed_by) for one in answer.view.items]
    show.table(("setting", "value", "started with", "chosen", "by"), cells, answer.at)


def _value_of(text: str) -> Any:
    """Return a number or a switch as JSON has it, anything else as the text it is."""
    try:
        return json.loads(text)
    except ValueError:
        return text


@nodes.command("enroll")
def enroll(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write the credential; it may not exist")],
    name: Annotated[str, typer.Option(help="Name of the new node")],
    address: Annotated[str | None, typer.Option(help="HOST:PORT at which the other machine finds the database")] = None,
    roles: Annotated[str | None, typer.Option(help="What it is there for, such as worker")] = None,
    admin_url_file: AdminUrl = None,
    data: Data = None,
    set_: Set = [],  # noqa: B006
    json_: Json = False,
) -> None:
    """Write the settings of a node on another machine, with a database login of its own, into a file of mode 0600.

    Example: stormbell nodes enroll heron.toml --name heron --address db.example.org:5432
    """
    import asyncio

    from app.modules.nodes import enroll

    url, admin_url = _database(data, set_, admin_url_file)
    login = asyncio.run(enroll(file, name, url=url, address=address, admin_url=admin_url, roles=roles))
    document: dict[str, Any] = {"file": str(file), "name": name, "login": login}
    said = f"Wrote {file}. Copy it to the other machine; there: STORMBELL_CONFIG={file.name} stormbell serve"
    show.done(said, document, json_)


@nodes.command("revoke")
def revoke(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name it was enrolled under")],
    admin_url_file: AdminUrl = None,
    data: Data = None,
    set_: Set = [],  # noqa: B006
    dry_run: DryRun = False,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """End the database login of an enrolled node; its connections are cut at once.

    Example: stormbell nodes revoke heron
    """
    import asyncio

    from app.modules.nodes import revoke

    url, admin_url = _database(data, set_, admin_url_file)
    what = f"end the database login of node {name} and cut its connections"
    if not allowed(what, {"name": name}, yes=yes, dry_run=dry_run, json_=json_):
        return
    login = asyncio.run(revoke(name, url=url, admin_url=admin_url))
    show.done(f"{login} can no longer log in.", {"name": name, "login": login}, json_)


def _database(data: Path | None, pairs: list[str], admin_url_file: Path | None) -> tuple[str, str | None]:
    """Return the URL of the settings' database and of its administrator."""
    from app.cli.settings import flags_of
    from app.life import asyncpg_url, load_settings

    settings = load_settings(flags_of(pairs, data_directory=data))
    if settings.kernel.database.url is None:
        raise CommandFailed(
            "this server runs its own PostgreSQL, which listens only on a socket of this machine: move it to an "
            "external one first (docs/howto/external-postgresql.md), or start a second node on this data directory"
        )
    admin_url = asyncpg_url(text_of(admin_url_file).strip()) if admin_url_file is not None else None
    urls = [asyncpg_url(settings.kernel.database.url.get_secret_value()), admin_url]
    plain = [None if url is None else url.replace("postgresql+asyncpg://", "postgresql://", 1) for url in urls]
    assert plain[0] is not None
    return plain[0], plain[1]

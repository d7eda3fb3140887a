"""``stormbell storages``."""

import json
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed
from app.cli.files import said
from app.cli.problems import FAILED, USAGE, CommandFailed
from app.cli.units import size

storages = noun("storages", "Places for bytes, of the house and of people.")

Storage = Annotated[str, typer.Argument(metavar="STORAGE", help="Its name or id")]
Setting = Annotated[
    list[str],
    typer.Option(
        "--setting", metavar="NAME=VALUE", help="One of 'stormbell drivers show data.storage NAME'; may be repeated"
    ),
]
Settings = Annotated[str | None, typer.Option(metavar="JSON", help="All settings; @file reads a file")]
Credential = Annotated[str | None, typer.Option(help="Name or id of what it is logged in to with")]
Quota = Annotated[int | None, typer.Option(metavar="BYTES", min=0, help="Most its data sets may have; 0: no limit")]
Parallel = Annotated[int | None, typer.Option("--parallelism", metavar="COUNT", min=0, help="Requests at a time")]
Rate = Annotated[int | None, typer.Option("--rate", metavar="BYTES", min=0, help="Bytes a second; 0: no limit")]


@storages.command("list")
def list_storages(limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List storages and the room in them.

    Example: stormbell storages list
    """
    from stormbell_client.api.data import storage_list

    page = remote.pages(storage_list.sync_detailed, limit, all_, client=remote.client())
    show.rows(
        page,
        json_,
        ("id", "name", "driver", "state", "used", "free", "last error"),
        lambda s: (s.id, s.name, s.driver, _state(s), size(s.bytes_used), size(s.bytes_free), s.last_error),
        "No storages: add one with 'stormbell storages add'.",
    )


@storages.command("show")
def show_storage(storage: Storage, json_: Json = False) -> None:
    """Show one storage with its settings.

    Example: stormbell storages show local
    """
    from stormbell_client.api.data import storage_get

    _one(remote.ask(storage_get.sync_detailed, id_of(storage), client=remote.client()), json_)


@storages.command("add")
def add_storage(
    name: Annotated[str, typer.Argument(help="What you call it")],
    driver: Annotated[str, typer.Option(help="One of 'stormbell drivers list --kind data.storage'")],
    setting: Setting = [],  # noqa: B006
    settings: Settings = None,
    credential: Credential = None,
    house: Annotated[bool, typer.Option("--house", help="Everybody's")] = False,
    read_only: Annotated[bool, typer.Option("--read-only", help="Nothing is written to it")] = False,
    quota: Quota = None,
    parallelism: Parallel = None,
    rate: Rate = None,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Register a storage, if it answers; --dry-run only asks it.

    Example: stormbell storages add cloud --driver webdav --setting url=https://cloud.example.org/dav/
    """
    from stormbell_client.api.data import storage_register, storage_try
    from stormbell_client.models.storage_submit import StorageSubmit

    given: dict[str, Any] = {"name": name, "driver": driver, "settings": _settings(settings, setting)}
    given |= {"house": house, "read_only": read_only, "credential": _credential(credential)}
    given |= {"quota_bytes": quota or None, "parallelism": parallelism or None, "bytes_per_second": rate or None}
    body = StorageSubmit.from_dict(given)
    tried = remote.ask(storage_try.sync_detailed, client=remote.client(), body=body)
    if dry_run or tried.view.state.value != "answers":
        _tried(name, tried, json_)
        return
    _one(remote.ask(storage_register.sync_detailed, client=remote.client(), body=body), json_)


@storages.command("change")
def change_storage(
    storage: Storage,
    name: Annotated[str | None, typer.Option(help="Another name")] = None,
    setting: Setting = [],  # noqa: B006
    settings: Settings = None,
    credential: Credential = None,
    on: Annotated[bool | None, typer.Option("--on/--off", help="Switch it on or off")] = None,
    read_only: Annotated[bool | None, typer.Option("--read-only/--writable", help="Whether it is written to")] = None,
    quota: Quota = None,
    parallelism: Parallel = None,
    rate: Rate = None,
    json_: Json = False,
) -> None:
    """Change a storage: its name, settings, credential or limits.

    Example: stormbell storages change cloud --quota 100000000000
    """
    from stormbell_client.api.data import storage_change, storage_get
    from stormbell_client.models.storage_change import StorageChange

    storage_id = id_of(storage)
    given: dict[str, Any] = {"name": name, "enabled": on, "read_only": read_only, "credential": _credential(credential)}
    if settings is not None or setting:
        known = remote.ask(storage_get.sync_detailed, storage_id, client=remote.client()).view.settings.to_dict()
        given["settings"] = _settings(settings, setting, {} if settings is not None else known)
    body = {key: value for key, value in given.items() if value is not None}
    limits = {"quota_bytes": quota, "parallelism": parallelism, "bytes_per_second": rate}
    body |= {key: value or None for key, value in limits.items() if value is not None}
    change = StorageChange.from_dict(body)
    _one(remote.ask(storage_change.sync_detailed, storage_id, client=remote.client(), body=change), json_)


@storages.command("test")
def try_storage(storage: Storage, json_: Json = False) -> None:
    """Ask a storage whether it answers; exit code 1 when it does not.

    Example: stormbell storages test cloud
    """
    from stormbell_client.api.data import storage_test

    _tried(storage, remote.ask(storage_test.sync_detailed, id_of(storage), client=remote.client()), json_)


@storages.command("checks")
def list_checks(
    storage: Storage,
    failed: Annotated[bool, typer.Option("--failed", help="Only what was not answered")] = False,
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List how a storage answered in the last days.

    Example: stormbell storages checks cloud --failed
    """
    from stormbell_client.api.data import storage_check_list

    page = remote.pages(
        storage_check_list.sync_detailed, limit, all_, id_of(storage), client=remote.client(), failed=failed
    )
    show.rows(
        page,
        json_,
        ("when", "state", "seconds", "free", "error"),
        lambda c: (c.checked_at, c.state, c.latency_seconds, size(c.bytes_free), c.error),
        "It was not asked yet.",
    )


@storages.command("files")
def list_files(
    storage: Storage,
    folder: Annotated[str, typer.Argument(help="Only files below this directory")] = "",
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List the files in a storage.

    Example: stormbell storages files cloud grids/2026
    """
    from stormbell_client.api.data import storage_file_list

    page = remote.pages(
        storage_file_list.sync_detailed, limit, all_, id_of(storage), client=remote.client(), prefix=folder
    )
    show.rows(
        page,
        json_,
        ("path", "size", "modified", "type"),
        lambda f: (f.path, size(f.bytes_), f.modified_at, f.media_type),
        "No files.",
    )


@storages.command("remove")
def remove_storage(storage: Storage, dry_run: DryRun = False, yes: Yes = False, json_: Json = False) -> None:
    """Remove a storage no data set has a copy in; the files in it stay where they are.

    Example: stormbell storages remove cloud --dry-run
    """
    from stormbell_client.api.data import storage_get, storage_remove

    found = remote.ask(storage_get.sync_detailed, id_of(storage), client=remote.client())
    what = f"remove storage {found.view.name!r}"
    if allowed(what, found.document, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(storage_remove.sync_detailed, found.view.id, client=remote.client())
        show.done(f"Removed {found.view.name}.", {"removed": found.document}, json_)


def id_of(storage: str) -> str:
    """Return the id of a storage given by name or id. Raises CommandFailed when no storage has the name."""
    from stormbell_client.api.data import storage_list

    return remote.id_of(storage_list.sync_detailed, "storage", "sto_", storage)


def _credential(credential: str | None) -> str | None:
    from app.cli.credentials import id_of as credential_id_of

    return None if credential is None else credential_id_of(credential)


def _state(storage: Any) -> str:
    return str(storage.state.value) if storage.enabled else "off"


def _tried(name: str, answer: "remote.Answer[Any]", json_: bool) -> None:
    t = answer.view
    if json_:
        show.document(answer.document)
    elif t.state.value == "answers":
        room = f", {size(t.bytes_free)} free" if t.bytes_free is not None else ""
        show.out(f"{name} answers in {t.latency_seconds:.2f} s{room}.")
    if t.state.value != "answers":
        raise CommandFailed(f"{name} is {t.state.value}: {t.error}", FAILED)


def _one(answer: "remote.Answer[Any]", json_: bool) -> None:
    s = answer.view
    show.one(
        answer,
        json_,
        [
            ("id", s.id),
            ("name", s.name),
            ("driver", s.driver),
            ("state", _state(s)),
            ("checked", s.checked_at),
            ("last error", s.last_error),
            ("used", size(s.bytes_used)),
            ("free", size(s.bytes_free)),
            ("quota", size(s.quota_bytes) if s.quota_bytes is not None else None),
            ("read-only", "yes" if s.read_only else None),
            ("requests at a time", s.parallelism),
            ("bytes a second", size(s.bytes_per_second) if s.bytes_per_second is not None else None),
            ("credential", s.credential_id),
            ("node", s.node_name),
            ("can", ", ".join(s.capabilities)),
            *[(name, json.dumps(value)) for name, value in s.settings.to_dict().items()],
        ],
    )


def _settings(text: str | None, pairs: list[str], known: dict[str, Any] | None = None) -> dict[str, Any]:
    """Read settings given as one JSON object, and over it those given one by one; JSON values are taken as such."""
    found: Any = dict(known or {})
    try:
        if text is not None:
            found = json.loads(said(text))
    except ValueError as error:
        raise CommandFailed(f"--settings is not JSON: {error}", USAGE) from error
    if not isinstance(found, dict):
        raise CommandFailed("--settings takes a JSON object", USAGE)
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise CommandFailed(f"--setting takes NAME=VALUE, not {pair!r}", USAGE)
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = value
    return found

"""``stormbell sources``."""

import json
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Yes, noun
from app.cli.asking import allowed
from app.cli.files import said
from app.cli.problems import USAGE, CommandFailed

sources = noun("sources", "Where data comes in.")

Source = Annotated[str, typer.Argument(metavar="SOURCE", help="Its name or id")]


@sources.command("list")
def list_sources(limit: Limit = 50, all_: All = False, json_: Json = False) -> None:
    """List sources, newest first.

    Example: stormbell sources list
    """
    from stormbell_client.api.ingest import source_list

    page = remote.pages(source_list.sync_detailed, limit, all_, client=remote.client())
    show.rows(
        page,
        json_,
        ("id", "name", "driver", "state", "polled", "next", "deliveries", "quarantined", "last error"),
        lambda s: (
            *(s.id, s.name, s.driver, s.state, s.last_polled_at, s.next_poll_at),
            *(s.delivery_count, s.quarantined_count, s.last_error),
        ),
        "No sources: add one with 'stormbell sources add'.",
    )


@sources.command("show")
def show_source(source: Source, json_: Json = False) -> None:
    """Show one source with its settings.

    Example: stormbell sources show usgs
    """
    from stormbell_client.api.ingest import source_get

    _one(remote.ask(source_get.sync_detailed, id_of(source), client=remote.client()), json_)


@sources.command("add")
def add_source(
    name: Annotated[str, typer.Argument(help="What triggers call it")],
    driver: Annotated[str, typer.Option(help="One of 'stormbell drivers list --kind ingest.source'")] = "push",
    setting: Annotated[
        list[str], typer.Option("--setting", metavar="NAME=VALUE", help="A setting of the driver; may be repeated")
    ] = [],  # noqa: B006
    settings: Annotated[str | None, typer.Option(metavar="JSON", help="All settings; @file reads a file")] = None,
    credential: Annotated[str | None, typer.Option(help="What a feed is logged in to with, by name or id")] = None,
    paused: Annotated[bool, typer.Option("--paused", help="Do not start it yet")] = False,
    json_: Json = False,
) -> None:
    """Register a source.

    Example: stormbell sources add gauges --driver http_json --setting url=https://example.org/gauges.json
    """
    from stormbell_client.api.ingest import source_register
    from stormbell_client.models.source_submit import SourceSubmit

    given = {**_document(settings), **dict(_pair(text) for text in setting)}
    if credential is not None:
        from app.cli.credentials import id_of as credential_id_of

        given["credential"] = credential_id_of(credential)
    body = SourceSubmit.from_dict({"name": name, "driver": driver, "settings": given, "enabled": not paused})
    _one(remote.ask(source_register.sync_detailed, client=remote.client(), body=body), json_)


@sources.command("pause")
def pause_source(source: Source, json_: Json = False) -> None:
    """Take no more data from a source until it is resumed.

    Example: stormbell sources pause usgs
    """
    _enable(source, False, json_)


@sources.command("resume")
def resume_source(source: Source, json_: Json = False) -> None:
    """Take data from a source again.

    Example: stormbell sources resume usgs
    """
    _enable(source, True, json_)


@sources.command("remove")
def remove_source(source: Source, dry_run: DryRun = False, yes: Yes = False, json_: Json = False) -> None:
    """Remove a source; its deliveries stay.

    Example: stormbell sources remove usgs --dry-run
    """
    from stormbell_client.api.ingest import source_get, source_remove

    found = remote.ask(source_get.sync_detailed, id_of(source), client=remote.client())
    what = f"remove source {found.view.name!r}"
    if allowed(what, found.document, yes=yes, dry_run=dry_run, json_=json_):
        remote.ask(source_remove.sync_detailed, found.view.id, client=remote.client())
        show.done(f"Removed {found.view.name}.", {"removed": found.document}, json_)


@sources.command("key")
def make_key(
    source: Source,
    signature: Annotated[bool, typer.Option("--signature", help="A secret its sender signs with, not a token")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Take the one there is away")] = False,
    json_: Json = False,
) -> None:
    """Make a token for senders without a login, or a signing secret; it is shown once, and the one before ends.

    Example: stormbell sources key gauges --signature
    """
    from stormbell_client.api.ingest import source_key_make, source_key_remove
    from stormbell_client.models.source_key_remove_kind import SourceKeyRemoveKind
    from stormbell_client.models.source_key_wanted import SourceKeyWanted

    kind = "signature" if signature else "token"
    if remove:
        remote.ask(source_key_remove.sync_detailed, id_of(source), SourceKeyRemoveKind(kind), client=remote.client())
        show.done(f"{source} has no {kind} any more.", {"removed": kind}, json_)
        return
    body = SourceKeyWanted.from_dict({"kind": kind})
    answer = remote.ask(source_key_make.sync_detailed, id_of(source), client=remote.client(), body=body)
    if json_:
        show.document(answer.document)
    else:
        show.out(answer.view.secret)


def id_of(source: str) -> str:
    """Return the id of a source given by name or id. Raises CommandFailed when no source has the name."""
    from stormbell_client.api.ingest import source_list

    return remote.id_of(source_list.sync_detailed, "source", "src_", source)


def _enable(source: str, enabled: bool, json_: bool) -> None:
    from stormbell_client.api.ingest import source_change
    from stormbell_client.models.source_change import SourceChange

    change = SourceChange(enabled=enabled)
    _one(remote.ask(source_change.sync_detailed, id_of(source), client=remote.client(), body=change), json_)


def _one(answer: "remote.Answer[Any]", json_: bool) -> None:
    s = answer.view
    show.one(
        answer,
        json_,
        [
            ("id", s.id),
            ("name", s.name),
            ("driver", s.driver),
            ("state", s.state),
            ("registered", s.created_at),
            ("polled", s.last_polled_at),
            ("next poll", s.next_poll_at),
            ("last error", s.last_error),
            ("keys", ", ".join(kind.value for kind in s.keys or []) or None),
            ("takes from", ", ".join(s.addresses or []) or None),
            ("failures", s.failures or None),
            ("deliveries", s.delivery_count),
            ("quarantined", s.quarantined_count or None),
            ("waits for", s.waiting_on.text if s.waiting_on else None),
            *[(name, json.dumps(value)) for name, value in s.settings.to_dict().items()],
        ],
    )


def _document(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        found = json.loads(said(text))
    except ValueError as error:
        raise CommandFailed(f"--settings is not JSON: {error}", USAGE) from error
    if not isinstance(found, dict):
        raise CommandFailed("--settings takes a JSON object", USAGE)
    return found


def _pair(text: str) -> tuple[str, Any]:
    """Read name=value; a value that is JSON is taken as such, anything else as text."""
    name, equals, value = text.partition("=")
    if not equals:
        raise CommandFailed(f"--setting takes NAME=VALUE, not {text!r}", USAGE)
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value

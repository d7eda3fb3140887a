"""``stormbell drivers``."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, Json, Limit, noun
from app.cli.problems import NOT_FOUND, CommandFailed

drivers = noun("drivers", "What the server can talk to.")


@drivers.command("list")
def list_drivers(
    kind: Annotated[str | None, typer.Option(help="Only of this kind, such as ingest.source")] = None,
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List drivers, the broken ones with what is wrong; --json has the schema of their settings.

    Example: stormbell drivers list --kind ingest.source
    """
    from stormbell_client.api.system import driver_list

    page = remote.pages(driver_list.sync_detailed, limit, all_, client=remote.client())
    if kind is not None:
        items = [item for item in page.document["items"] if item["kind"] == kind]
        page = remote.Answer([d for d in page.view if d.kind == kind], {**page.document, "items": items}, page.at)
    show.rows(
        page,
        json_,
        ("kind", "name", "usable", "what", "error"),
        lambda d: (d.kind, d.name, d.available, d.title, d.error),
        "No drivers of this kind.",
    )


@drivers.command("show")
def show_driver(
    kind: Annotated[str, typer.Argument(help="Such as credentials.kind")],
    name: Annotated[str, typer.Argument(help="Its name")],
    json_: Json = False,
) -> None:
    """List a driver's settings, which of them have to be given, and which are secret.

    Example: stormbell drivers show credentials.kind ssh_key
    """
    schema = settings_of(kind, name)
    secrets, required = secrets_of(schema), schema.get("required", [])
    if json_:
        show.document(schema)
        return
    settings: dict[str, Any] = schema.get("properties", {})
    show.table(
        ("setting", "what", "needed", "secret", "default"),
        [
            (
                key,
                one.get("description") or one.get("title"),
                key in required,
                key in secrets,
                _shown(one.get("default")),
            )
            for key, one in settings.items()
        ],
        datetime.now(UTC),
        "It has no settings.",
    )


def settings_of(kind: str, name: str) -> dict[str, Any]:
    """Return the schema of a driver's settings. Raises CommandFailed when there is none of this kind and name."""
    from stormbell_client.api.system import driver_list

    items = remote.ask(driver_list.sync_detailed, client=remote.client()).document["items"]
    for item in items:
        if (item["kind"], item["name"]) == (kind, name):
            return dict(item["settings_schema"] or {})
    known = sorted(item["name"] for item in items if item["kind"] == kind)
    there = f"there are: {', '.join(known)}" if known else "'stormbell drivers list' tells kinds and names"
    raise CommandFailed(f"there is no driver {name!r} of the kind {kind!r}; {there}", NOT_FOUND)


def secrets_of(schema: dict[str, Any]) -> list[str]:
    """Return the names of the settings that are secret."""
    settings: dict[str, Any] = schema.get("properties", {})
    return [name for name, one in settings.items() if any(o.get("writeOnly") for o in (one, *one.get("anyOf", [])))]


def _shown(value: object) -> str | None:
    return None if value is None else json.dumps(value)

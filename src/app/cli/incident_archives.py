"""``stormbell incidents export`` and ``replay``: an incident as one file, and its inputs sent again."""

import hashlib
import json
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import Json
from app.cli.files import room_for
from app.cli.incident_verbs import upload
from app.cli.incidents import Incident, incidents, print_one
from app.cli.problems import CONFLICT, USAGE, CommandFailed

_FORMAT = "stormbell-incident/1"
_CHUNK = 1024 * 1024


@incidents.command("export")
def export(
    incident: Incident,
    file: Annotated[Path | None, typer.Argument(help="Zip to write; default: its id with .zip")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there")] = False,
    json_: Json = False,
) -> None:
    """Write all that is known of an incident, its files and its definition into one zip with checksums.

    Example: stormbell incidents export inc_01J8ZQ4M7T
    """
    target = file or Path(f"{incident}.zip")
    if target.exists() and not force:
        raise CommandFailed(f"{target} is there already; --force replaces it", CONFLICT)
    fresh = room_for(target).with_name(f"{target.name}.part")
    try:
        path = f"/api/v1/incidents/{incident}/export"
        with remote.reaching(), remote.http().stream("GET", path) as answer, fresh.open("wb") as out:
            for piece in answer.iter_bytes(_CHUNK):
                out.write(piece)
        manifest = checked(fresh)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
    count = len(manifest["members"])
    show.done(f"{target} holds {count} checked members.", {"file": str(target), "manifest": manifest}, json_)


@incidents.command("replay")
def replay(
    archive: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Zip that 'export' wrote")],
    real: Annotated[bool, typer.Option("--real", help="Not marked as an exercise")] = False,
    speed: Annotated[float, typer.Option(min=0.001, help="So many times faster than it was")] = 1.0,
    current: Annotated[bool, typer.Option("--current", help="On the workflow's version of today")] = False,
    json_: Json = False,
) -> None:
    """Open an incident like the archived one and send it all that came to that from outside, at the same pace.

    Checks the archive first. It is an exercise unless --real is given, on the version the archived one had.

    Example: stormbell incidents replay inc_01J8ZQ4M7T.zip --speed 60
    """
    from stormbell_client.api.incidents import incident_get, incident_message_send, incident_open
    from stormbell_client.models.incident_open import IncidentOpen
    from stormbell_client.models.message_send import MessageSend

    manifest = checked(archive)
    with zipfile.ZipFile(archive) as members:
        before: dict[str, Any] = json.loads(members.read("incident.json"))
        inputs: list[dict[str, Any]] = json.loads(members.read("inputs.json"))
    if not inputs:
        raise CommandFailed(f"{archive} holds no message from outside: there is nothing to replay")
    body = {
        "workflow": before["workflow"],
        "name": before["name"],
        "stage": inputs[0]["stage"],
        "message": inputs[0]["message"],
        "parameters": before["parameters"],
        "area": before["area"],
        "urgency": before["urgency"],
        "duration_seconds": float(before["duration_seconds"]),
        "exercise": not real,
        "version": None if current else before["workflow_version"],
    }
    wanted = IncidentOpen.from_dict({name: value for name, value in body.items() if value is not None})
    opened = remote.ask(incident_open.sync_detailed, client=remote.client(), body=wanted)
    began = time.monotonic()
    for one in inputs[1:]:
        left = one["offset_seconds"] / speed - (time.monotonic() - began)
        if one["dataset_id"] is not None:
            time.sleep(max(0.0, left))
            _give(archive, manifest, opened.view.id, one)
            continue
        text = {"stage": one["stage"], "message": one["message"], "delay_seconds": max(0.0, left)}
        message = MessageSend.from_dict({**text, **({"label": one["label"]} if one["label"] else {})})
        remote.ask(incident_message_send.sync_detailed, opened.view.id, client=remote.client(), body=message)
    print_one(remote.ask(incident_get.sync_detailed, opened.view.id, client=remote.client()), json_)


def checked(archive: Path) -> dict[str, Any]:
    """Return the manifest of an archive whose every member is what it says. Raises CommandFailed."""
    try:
        with zipfile.ZipFile(archive) as members:
            manifest: dict[str, Any] = json.loads(members.read("manifest.json"))
            if manifest.get("format") != _FORMAT:
                raise CommandFailed(f"{archive} is of the form {manifest.get('format')!r}, not {_FORMAT}", USAGE)
            if set(members.namelist()) != {"manifest.json", *manifest["members"]}:
                raise CommandFailed(f"{archive} does not hold what its manifest names; do not use it")
            for name, said in manifest["members"].items():
                if members.getinfo(name).file_size != said["bytes"] or _digest(members, name) != said["sha256"]:
                    raise CommandFailed(f"{archive}: {name} is not what it was; do not use it")
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise CommandFailed(f"{archive} is no archive of an incident: {error}", USAGE) from error
    return manifest


def _give(archive: Path, manifest: dict[str, Any], incident_id: str, one: dict[str, Any]) -> None:
    about = next((d for d in manifest["datasets"] if d["id"] == one["dataset_id"]), None)
    if about is None:
        raise CommandFailed(f"{archive} names {one['dataset_id']} and does not hold it")
    with tempfile.TemporaryDirectory() as place, zipfile.ZipFile(archive) as members:
        file = Path(place) / "given"
        file.write_bytes(members.read(about["path"]))
        upload(incident_id, file, name=about["name"], type_=about["role"], comment=about["comment"])


def _digest(members: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with members.open(name) as file:
        while piece := file.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()

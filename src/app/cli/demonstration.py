"""A real incident from arrival to map, in an instance that is gone afterwards: what ``stormbell demo --once`` runs."""

import asyncio
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.cli import show
from app.cli.problems import TIMED_OUT, CommandFailed
from app.cli.serving import run, serving

EVENT = "us1000chhc"
LIMIT_SECONDS = 600
POLL_SECONDS = 0.2
err = Console(stderr=True, highlight=False)


def demonstrate(output: Path | None, *, json_: bool) -> None:
    """Run the example's earthquake from its first record to its map and print what came of it."""
    folder = output or Path(tempfile.mkdtemp(prefix="stormbell-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    document: dict[str, Any] = {}
    run(_once(folder.absolute(), document))
    if json_:
        show.document(document)
    else:
        _show(document)


async def _once(folder: Path, document: dict[str, Any]) -> None:
    from app.life import load_settings
    from app.modules import accounts

    with tempfile.TemporaryDirectory(prefix="stormbell-", ignore_cleanup_errors=True) as directory:
        # The caller's environment names another instance, or none: this one is its own.
        settings = load_settings(
            {
                "data_directory": directory,
                "server.port": 0,
                "server.host": "127.0.0.1",
                "log_level": "info",
                "workflows.examples": ["earthquake"],
            },
            environ={},
        )
        arguments = ("--only", EVENT, "--gap-seconds", "6")
        async with serving(
            settings, example="earthquake", example_values={"speed": "600"}, example_arguments=arguments, console=False
        ) as (node, url):
            async with node.database.transaction() as session:
                owner = await accounts.create_owner(
                    session, email="demo@stormbell.invalid", name="Demo", password=os.urandom(16).hex()
                )
                _, token = await accounts.create_token(session, owner.id, name="demo", scopes=["*"], expires_at=None)
            async with httpx.AsyncClient(
                base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=30, trust_env=False
            ) as client:
                incident = await _watch(client)
                document.update(await _collect(client, incident, folder))
    err.print("Comparing the model with what USGS published for 16 earthquakes …")
    document["validation"] = await _validate()


async def _watch(client: httpx.AsyncClient) -> dict[str, Any]:
    """Follow the incident to its end with a progress bar on stderr."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[text]}"))
    with Progress(*columns, TimeElapsedColumn(), console=err) as progress:
        bar = progress.add_task("Waiting for the feed", total=None, text="")
        async for incident in _incident(client):
            done, count = incident["simulations_done"], incident["simulation_count"]
            progress.update(
                bar,
                description=f"{incident['name']}: {incident['stage'] or incident['state']}",
                total=count or None,
                completed=done,
                text=f"{done} of {count} simulations" if count else incident["state"],
            )
            if incident["state"] in ("complete", "cancelled", "error"):
                break
    if incident["state"] != "complete":
        raise CommandFailed(f"the incident ended as {incident['state']}: {incident['comment']}")
    return incident


async def _incident(client: httpx.AsyncClient) -> AsyncIterator[dict[str, Any]]:
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            while True:
                page = (await client.get("/incidents")).raise_for_status().json()
                for item in page["items"]:
                    yield item
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        raise CommandFailed(f"the incident did not end within {LIMIT_SECONDS} s", TIMED_OUT) from None


async def _collect(client: httpx.AsyncClient, incident: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Download every data set, check it against its checksum and describe the incident."""
    timeline = (await client.get(f"/incidents/{incident['id']}/timeline")).raise_for_status().json()
    members = {s["id"]: s["name"].replace(" ", "-").replace(",", "") for s in timeline["simulations"]}
    datasets, picture = [], None
    for dataset in timeline["datasets"]:
        path = folder / members.get(dataset["simulation_id"], "") / Path(dataset["name"]).name
        path.parent.mkdir(exist_ok=True)
        content = (await client.get(f"/datasets/{dataset['id']}/content")).raise_for_status().content
        if hashlib.sha256(content).hexdigest() != dataset["sha256"]:
            raise CommandFailed(f"{dataset['name']} does not match its checksum")
        path.write_bytes(content)
        datasets.append({**{k: dataset[k] for k in ("id", "name", "bytes", "sha256")}, "path": str(path)})
        picture = str(path) if dataset["role"] == "map" else picture
    return {
        "incident": {"id": incident["id"], "status": incident["state"], "name": incident["name"]},
        "headline": incident["headline"],
        "stages": [{"name": s["name"], "attempts": s["attempts"], "seconds": _seconds(s)} for s in timeline["stages"]],
        "simulations": [
            {
                "id": s["id"],
                "name": s["name"],
                "machine": s["machine"],
                "state": s["state"],
                "seconds": _seconds(s),
            }
            for s in timeline["simulations"]
        ],
        "datasets": datasets,
        "map": picture,
    }


def _seconds(bar: dict[str, Any]) -> float | None:
    if not (bar["started_at"] and bar["finished_at"]):
        return None
    span = datetime.fromisoformat(bar["finished_at"]) - datetime.fromisoformat(bar["started_at"])
    return round(span.total_seconds(), 3)


async def _validate() -> dict[str, Any]:
    from app.main import STATIC
    from app.modules.workflows import example_directory

    directory = example_directory("earthquake")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-B",
        str(directory / "validate.py"),
        "--json",
        "--coastline",
        str(STATIC / "atlas" / "land-10m.json"),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    if process.returncode != 0:
        raise CommandFailed(f"the validation ended with exit code {process.returncode}")
    result: dict[str, Any] = json.loads(out)["validation"]
    return result


def _show(document: dict[str, Any]) -> None:
    out = Console(highlight=False)
    incident, runs = document["incident"], document["simulations"]
    out.print(f"\n[bold]{incident['name']}[/bold]  {incident['status']}  {incident['id']}")
    if document["headline"]:
        out.print("  {label}: {value} ({detail})".format(**document["headline"]))
    out.print(f"  {sum(r['state'] == 'succeeded' for r in runs)} of {len(runs)} simulations succeeded")
    table = Table("data set", "bytes", "SHA-256", box=None)
    for dataset in document["datasets"]:
        if "member" not in dataset["path"]:
            table.add_row(dataset["name"], str(dataset["bytes"]), dataset["sha256"][:12] + "…")
    out.print(table)
    out.print(f"  Map: {document['map']}\n")
    rows = Table("event", "M", "depth km", "predicted", "USGS", "people", "note", box=None)
    for event in document["validation"]["events"]:
        figures = [event["predicted_mmi"], event["usgs_mmi"], event["cdi"]]
        shown = ["" if f is None else f"{f:.1f}" for f in figures]
        rows.add_row(event["place"], f"{event['mag']:.1f}", f"{event['depth_km']:.0f}", *shown, event["note"] or "")
    out.print(rows)
    v = document["validation"]
    out.print(f"  Mean absolute error {v['mae_mmi']:.2f} against USGS (n = {v['n_mmi']}). {v['caution']}")

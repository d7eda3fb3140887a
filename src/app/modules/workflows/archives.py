"""A whole incident as one zip: what was asked, what came, what happened, its files and its definition, with checksums.

``manifest.json`` comes first and names each other member with its bytes and SHA-256. Nothing of it is ever run here.
"""

import asyncio
import contextlib
import hashlib
import json
import os
import tempfile
import time
import zipfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.events import EventRow
from app.kernel.node import Node
from app.kernel.version import VERSION
from app.modules import data
from app.modules.workflows import graph, graph_drawing, incidents, reruns, views
from app.modules.workflows.catalogue import catalogue_of
from app.modules.workflows.definitions import Definition
from app.modules.workflows.models import IncidentRow, StageRow

FORMAT = "stormbell-incident/1"
_CHUNK_BYTES = 1024**2
_PREFIX = "archive-"
_LEFT_SECONDS = 86400.0  # nobody reads one for so long


class Input(BaseModel):
    """What came to an incident from outside: a message, or a file with what was said about it."""

    offset_seconds: float
    stage: str
    message: dict[str, Any]
    label: str | None = None
    originator: str
    dataset_id: str | None = None


@dataclass
class Contents:
    """What goes into an archive."""

    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    datasets: dict[str, str] = field(default_factory=dict)  # their members' names by id
    about: dict[str, Any] = field(default_factory=dict)


async def contents_of(session: AsyncSession, node: Node, incident_id: str) -> Contents:
    """Gather what an incident's archive holds. Raises IncidentNotFound (404)."""
    row = await incidents.get(session, incident_id)
    view = await views.view(session, incident_id)
    found = Contents()
    datasets = await data.list_of_incident(session, incident_id)
    by_id = found.datasets = {one.id: f"datasets/{one.id}/{data.leaf_of(one)}" for one in datasets}
    stages = (
        await session.scalars(select(StageRow).where(StageRow.incident_id == incident_id).order_by(StageRow.id))
    ).all()
    taken = await graph.taken(session, incident_id)
    definition = catalogue_of(node).find(row.workflow, row.workflow_version)
    found.texts |= {
        "incident.json": view.model_dump_json(indent=2),
        "timeline.json": (await views.timeline(session, incident_id)).model_dump_json(indent=2),
        "messages.json": _json([_message(stage) for stage in stages]),
        "inputs.json": _json(await _inputs(session, row, definition)),
        "events.json": _json(await _events(session, incident_id)),
        "graph.json": taken.model_dump_json(indent=2),
        "graph.dot": graph_drawing.as_dot(taken),
        "graph.svg": graph_drawing.as_svg(taken),
    }
    if definition is not None:
        place = definition.directory
        for file in await asyncio.to_thread(lambda: [p for p in sorted(place.rglob("*")) if p.is_file()]):
            if "__pycache__" not in file.parts:
                found.files[f"definition/{file.relative_to(place).as_posix()}"] = file
    found.about = {
        "format": FORMAT,
        "made_by": f"stormbell {VERSION}",
        "incident_id": row.id,
        "name": row.name,
        "workflow": row.workflow,
        "workflow_version": row.workflow_version,
        "datasets": [
            {
                "id": d.id,
                "path": by_id[d.id],
                "name": d.name,
                "media_type": d.media_type,
                "role": d.role,
                "comment": d.comment,
            }
            for d in datasets
        ],
    }
    return found


async def make(node: Node, contents: Contents) -> Path:
    """Write the archive and return its path; reads every file twice, once for its checksum.

    Raises what :func:`data.files_of` does.
    """
    async with data.files_of(node, contents.datasets) as files:
        contents.files |= {contents.datasets[dataset_id]: file for dataset_id, file in files.items()}
        return await asyncio.to_thread(write, contents, node.settings.data_directory / "scratch")


def write(contents: Contents, place: Path) -> Path:
    """Write the archive below ``place`` and return its path."""
    members = {
        **{
            name: (len(text.encode()), hashlib.sha256(text.encode()).hexdigest())
            for name, text in contents.texts.items()
        },
        **{name: _digest(path) for name, path in contents.files.items()},
    }
    manifest = {
        **contents.about,
        "members": {name: {"bytes": size, "sha256": digest} for name, (size, digest) in sorted(members.items())},
    }
    place.mkdir(parents=True, exist_ok=True)
    _sweep(place)
    with tempfile.NamedTemporaryFile(dir=place, prefix=_PREFIX, suffix=".zip", delete=False) as out:
        file = Path(out.name)
        try:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                archive.writestr("manifest.json", _json(manifest))
                for name, text in contents.texts.items():
                    archive.writestr(name, text)
                for name, path in contents.files.items():
                    archive.write(path, name)
        except BaseException:  # a full disk, a file that went: half an archive is none
            file.unlink(missing_ok=True)
            raise
    return file


def _sweep(place: Path) -> None:
    """Remove archives that a server which was killed left behind."""
    for file in place.glob(f"{_PREFIX}*.zip"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - file.stat().st_mtime > _LEFT_SECONDS:
                file.unlink()


async def read_once(file: Path) -> AsyncIterator[bytes]:
    """Yield a file in pieces; it is gone afterwards, also when nobody read to its end."""
    try:
        with await asyncio.to_thread(file.open, "rb") as opened:
            while piece := await asyncio.to_thread(opened.read, _CHUNK_BYTES):
                yield piece
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(file)  # noqa: PTH107 (a directory entry: no wait worth a thread, and none may be cancelled here)


async def _inputs(session: AsyncSession, row: IncidentRow, definition: Definition | None) -> list[dict[str, Any]]:
    rows = await reruns.inputs_of(session, row, definition)
    first = rows[0].queued_at if rows else row.opened_at
    return [
        Input(
            offset_seconds=max(0.0, (one.queued_at - first).total_seconds()),
            stage=one.name,
            message=one.message,
            label=one.label,
            originator=one.originator,
            dataset_id=one.message.get("dataset") if one.message.get("sender") == one.originator else None,
        ).model_dump(mode="json")
        for one in rows
    ]


async def _events(session: AsyncSession, incident_id: str) -> list[dict[str, Any]]:
    query = select(EventRow).where(EventRow.incident_id == incident_id).order_by(EventRow.transaction, EventRow.number)
    names = ("id", "type", "subject_id", "actor", "at", "text", "data")
    rows = (await session.scalars(query)).all()
    return [{name: getattr(row, name) for name in names if hasattr(row, name)} for row in rows]


def _message(stage: StageRow) -> dict[str, Any]:
    return {
        "id": stage.id,
        "stage": stage.name,
        "message": stage.message,
        "originator": stage.originator,
        "label": stage.label,
        "state": stage.state,
        "attempts": stage.attempt,
        "attempts_log": stage.attempts_log,
        "queued_at": stage.queued_at.isoformat(),
        "error": stage.error,
    }


def _digest(path: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_CHUNK_BYTES):
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()


def _json(value: dict[str, Any] | Sequence[Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)

"""Files people and programs give to a running incident: each becomes a data set and a message that tells of it."""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.errors import Invalid
from app.kernel.node import Node
from app.kernel.scoping import require_act
from app.modules import data
from app.modules.workflows import incidents
from app.modules.workflows.authoring import ManualData
from app.modules.workflows.catalogue import WorkflowsSettings, catalogue_of, definition_of
from app.modules.workflows.errors import DataTooLarge, IncidentEnded, IncidentNotStarted, NoSuchUse
from app.modules.workflows.models import OPEN_STATES, IncidentRow
from app.modules.workflows.schemas import ManualDataView

_CHUNK_BYTES = 1024**2


@dataclass(frozen=True)
class Given:
    """What is said about a file."""

    name: str
    type: str | None
    comment: str | None
    media_type: str | None
    sender: str


def file_name(name: str) -> str:
    """Return the last part of a file's name as it is kept. Raises Invalid (422) when there is none."""
    last = PurePosixPath(name.replace("\\", "/")).name
    if not last or last in (".", "..") or not last.isprintable() or len(last.encode()) > 200:
        raise Invalid("A file's name has 1 to 200 bytes of printable characters")
    return last


def most_bytes(node: Node) -> int:
    """Return how large a file may be."""
    return node.settings.of(WorkflowsSettings).manual_data_bytes


async def taker_of(session: AsyncSession, node: Node, incident_id: str) -> tuple[IncidentRow, str]:
    """Return a running incident and its manual-data stage.

    Raises IncidentNotFound (404), NotYours (403), IncidentEnded, IncidentNotStarted, NoSuchUse, VersionMissing (409).
    """
    incident = await incidents.get(session, incident_id)
    await require_act(session, incident)
    if incident.state not in OPEN_STATES:
        raise IncidentEnded(f"{incident.name} is {incident.state}")
    if incident.state == "pending":
        raise IncidentNotStarted(f"{incident.name} is pending")
    stage = definition_of(catalogue_of(node), incident).spec.manual_data
    if stage is None:
        raise NoSuchUse(f"Workflow {incident.workflow} names no stage that takes files")
    return incident, stage


@asynccontextmanager
async def received(node: Node, name: str, parts: AsyncIterator[bytes]) -> AsyncIterator[Path]:
    """Write a body to a file below the data directory, which is gone afterwards. Raises DataTooLarge (413)."""
    most = most_bytes(node)
    place = node.settings.data_directory / "scratch"
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place, prefix="given-") as folder:
        file = Path(folder) / name
        total, held = 0, bytearray()
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with contextlib.closing(os.fdopen(descriptor, "wb")) as out:
            async for part in parts:
                total += len(part)
                if total > most:
                    raise DataTooLarge(f"more than the {most} bytes that are taken")
                held += part
                if len(held) >= _CHUNK_BYTES:
                    await asyncio.to_thread(out.write, bytes(held))
                    held.clear()
            await asyncio.to_thread(out.write, bytes(held))
        yield file


async def give(session: AsyncSession, node: Node, incident_id: str, file: Path, given: Given) -> ManualDataView:
    """Make a received file a data set of the incident and tell its manual-data stage.

    Announces dataset.registered and stage.queued. Raises what :func:`taker_of` does, StorageFull (507).
    """
    placed = await data.place_file(node, file, f"incidents/{incident_id}")
    await incidents.get(session, incident_id, lock=True)
    incident, stage = await taker_of(session, node, incident_id)
    dataset = await data.register(
        session,
        placed,
        name=given.name,
        role=given.type,
        media_type=given.media_type,
        owner_id=incident.owner_id,
        incident_id=incident.id,
        comment=given.comment,
    )
    message = ManualData(
        dataset=dataset.id,
        name=given.name,
        type=given.type,
        comment=given.comment,
        media_type=dataset.media_type,
        sender=given.sender,
    )
    definition = definition_of(catalogue_of(node), incident)
    sent = await incidents.send(
        session,
        incident,
        incidents.stage_of(definition, stage),
        message.model_dump(mode="json"),
        originator=given.sender,
        label=given.type,
    )
    return ManualDataView(
        dataset_id=dataset.id,
        stage_id=sent.id,
        name=given.name,
        bytes=placed.bytes,
        sha256=placed.sha256,
        type=given.type,
        comment=given.comment,
    )

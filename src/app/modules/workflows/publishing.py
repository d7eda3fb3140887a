"""Making an incident public: as a CAP alert, a STAC item, or a page, each behind a link that can be taken back.

Only a link's hash is kept, and an item without its addresses: who reads the database learns no link.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import publish as announce
from app.kernel.errors import ProblemItem
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules import data
from app.modules.workflows import incidents
from app.modules.workflows.alerts import Header, Reach, Reference, alert_xml, problems_of
from app.modules.workflows.catalogue_items import stac_item
from app.modules.workflows.errors import AlertInvalid, PublicationNotFound
from app.modules.workflows.events import PublicationMade, PublicationRevoked
from app.modules.workflows.models import IncidentRow, Publication
from app.modules.workflows.publication_schemas import AlertInfo, PublicationMake

PATH = "/api/v1/public"
_ADDRESS = "urn:stormbell:public-link"  # stands in a kept item where its link goes


async def publish(
    session: AsyncSession, node: Node, incident_id: str, wanted: PublicationMake, *, user_id: str
) -> tuple[Publication, str]:
    """Make something of an incident public and return it with the path that leads to it. Announces publication.made.

    An alert about an exercise is marked as one whatever status was asked for. Raises IncidentNotFound, DatasetNotFound
    (404), NotYours (403), AlertInvalid (422).
    """
    incident = await incidents.get_to_act(session, incident_id)
    chosen = await data.find_many(session, wanted.dataset_ids)
    known = {one.id for one in chosen if one.incident_id == incident.id}
    if missing := [one for one in wanted.dataset_ids if one not in known]:
        raise data.DatasetNotFound(f"{incident.name} has no data set {missing[0]}")
    link = secrets.token_urlsafe(32)
    row = Publication(
        id=new_id("pub"),
        incident_id=incident.id,
        kind=wanted.kind,
        link_hash=_hash(link),
        dataset_ids=wanted.dataset_ids,
        published_by=user_id,
    )
    if wanted.alert is not None:
        row.document = await _alert(session, node, incident, row.id, wanted.alert)
    elif wanted.kind == "item":
        item = stac_item(incident, chosen, _ADDRESS, published_at=await incidents.now(session))
        row.document = json.dumps(item, ensure_ascii=False)
    session.add(row)
    await session.flush()
    await session.refresh(row)
    announce(session, PublicationMade(subject_id=row.id, incident_id=incident.id, name=incident.name, kind=row.kind))
    return row, f"{PATH}/{link}"


async def revoke(session: AsyncSession, node: Node, incident_id: str, publication_id: str) -> None:
    """Take back what was published: its link leads nowhere, an alert's to the message that cancels it.

    Announces publication.revoked. Raises IncidentNotFound, PublicationNotFound (404), NotYours (403).
    """
    incident = await incidents.get_to_act(session, incident_id)
    row = await get(session, incident_id, publication_id)
    if row.revoked_at is not None:
        return
    if row.kind == "alert" and row.document is not None:
        before = Reference.of(row.document)
        header = Header(
            identifier=new_id("alert"),
            sender=before.sender,
            sent_at=await incidents.now(session),
            incident_id=incident.id,
            exercise=incident.exercise,
            references=(before,),
            cancels=True,
            reach=Reach.of(row.document),
        )
        row.document = alert_xml(header, None, None)
    row.revoked_at = func.now()
    announce(session, PublicationRevoked(subject_id=row.id, incident_id=incident.id, name=incident.name, kind=row.kind))


async def get(session: AsyncSession, incident_id: str, publication_id: str) -> Publication:
    """Return a publication of an incident. Raises PublicationNotFound (404)."""
    query = select(Publication).where(Publication.id == publication_id, Publication.incident_id == incident_id)
    row = await session.scalar(query)
    if row is None:
        raise PublicationNotFound(f"There is no publication {publication_id}")
    return row


async def list_of_incident(session: AsyncSession, incident_id: str) -> list[Publication]:
    """Return everything published of an incident, newest first. Raises IncidentNotFound (404)."""
    await incidents.get(session, incident_id)
    query = select(Publication).where(Publication.incident_id == incident_id)
    return list((await session.scalars(query.order_by(Publication.id.desc()))).all())


@dataclass(frozen=True)
class Public:
    """What a link leads to."""

    publication: Publication
    incident: IncidentRow
    datasets: list[data.Dataset]


async def find_public(session: AsyncSession, link: str) -> Public:
    """Return what a link leads to, on a session of the server's own. Raises PublicationNotFound (404)."""
    row = await session.scalar(select(Publication).where(Publication.link_hash == _hash(link)))
    if row is None or (row.revoked_at is not None and row.kind != "alert"):
        raise PublicationNotFound("This link leads nowhere, or not any more")
    incident = await incidents.get(session, row.incident_id)
    chosen = await data.find_many(session, row.dataset_ids) if row.revoked_at is None else []
    return Public(row, incident, sorted(chosen, key=lambda one: row.dataset_ids.index(one.id)))


def document_of(node: Node, publication: Publication, link: str) -> str | None:
    """Return an alert or an item as whoever has its link reads it; ``None`` of a page."""
    if publication.kind != "item" or publication.document is None:
        return publication.document
    address = f"{(node.settings.kernel.server.public_url or '').rstrip('/')}{PATH}/{link}"
    return publication.document.replace(f'"href": "{_ADDRESS}', f'"href": "{address}')


async def _alert(session: AsyncSession, node: Node, incident: IncidentRow, row_id: str, info: AlertInfo) -> str:
    query = (
        select(Publication.document)
        .where(Publication.incident_id == incident.id, Publication.kind == "alert", Publication.revoked_at.is_(None))
        .order_by(Publication.id.desc())
        .limit(1)
    )
    before = await session.scalar(query) if info.replaces else None
    host = urlsplit(node.settings.kernel.server.public_url or "").hostname or "stormbell.invalid"
    header = Header(
        identifier=row_id,
        sender=info.sender or f"stormbell@{host}",
        sent_at=await incidents.now(session),
        incident_id=incident.id,
        exercise=incident.exercise,
        references=(Reference.of(before),) if before is not None else (),
    )
    xml = alert_xml(header, info, incident.area)
    if problems := problems_of(xml):
        items = [ProblemItem(pointer=f"/body/alert/{name}", message=rule) for name, rule in problems]
        raise AlertInvalid("; ".join(f"{name} {rule}" for name, rule in problems)[:500], errors=items)
    return xml


def _hash(link: str) -> str:
    return hashlib.sha256(link.encode()).hexdigest()

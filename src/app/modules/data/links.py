"""Links: leave to read one data set without a login, for a time, signed, and taken back at any moment.

Each has a key of its own, sealed with the vault's ring, so a rotation of the ring leaves it good.
"""

import base64
import hashlib
import hmac
import os
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from app.kernel import audit
from app.kernel.errors import Invalid
from app.kernel.ids import is_id, new_id
from app.kernel.node import Node
from app.kernel.principal import Principal
from app.kernel.scoping import NotYours, require_act
from app.modules.data.dataset_errors import DatasetDeleted, LinkNotFound
from app.modules.data.describing import LinkMade, LinkView
from app.modules.data.finding import get, get_present
from app.modules.data.keeping_models import DatasetLink
from app.modules.data.models import Dataset
from app.modules.data.schemas import DataSettings

_KEY_BYTES = 32


async def make(
    session: AsyncSession, node: Node, actor: Principal, dataset_id: str, seconds: float, note: str | None
) -> LinkMade:
    """Make a link that leads to a data set for so long: its owner, or an operator, for it lets anybody in.

    Raises DatasetNotFound (404), NotYours (403), Invalid (422).
    """
    dataset = await get_present(session, dataset_id)
    if dataset.owner_id != actor.user_id and not actor.sees_all:
        raise NotYours("A link lets anybody in: its owner, or an operator, can make one")
    most = timedelta(days=node.settings.of(DataSettings).link_days)
    if timedelta(seconds=seconds) > most:
        raise Invalid(f"A link leads somewhere for at most {most.days} days (data.link_days)")
    link_id, key = new_id("lnk"), os.urandom(_KEY_BYTES)
    row = DatasetLink(
        id=link_id,
        dataset_id=dataset.id,
        note=note,
        sealed=node.vault.seal(key, table="dataset_links", row_id=link_id, field="sealed"),
        created_by=actor.user_id,
        expires_at=func.now() + timedelta(seconds=seconds),
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    public = (node.settings.kernel.server.public_url or "").rstrip("/")
    path = f"/api/v1/dataset-links/{link_id}.{_signature(key, row)}"
    return LinkMade(**LinkView.model_validate(row).model_dump(), url=f"{public}{path}")


async def list_links(session: AsyncSession, dataset_id: str) -> list[LinkView]:
    """Return the links to a data set, newest first. Raises DatasetNotFound (404), NotYours (403)."""
    await require_act(session, await get(session, dataset_id))
    query = select(DatasetLink).where(DatasetLink.dataset_id == dataset_id).order_by(DatasetLink.id.desc())
    return [LinkView.model_validate(row) for row in await session.scalars(query)]


async def revoke(session: AsyncSession, dataset_id: str, link_id: str) -> None:
    """Take a link back; again is fine. Raises DatasetNotFound, LinkNotFound (404), NotYours (403)."""
    await require_act(session, await get(session, dataset_id))
    row = await session.get(DatasetLink, link_id, with_for_update=True)
    if row is None or row.dataset_id != dataset_id:
        raise LinkNotFound(f"There is no link {link_id} to {dataset_id}")
    if row.revoked_at is None:
        row.revoked_at = await session.scalar(select(func.now()))


async def follow(node: Node, link: str, *, ip: str | None, counts: bool) -> Dataset:
    """Return the data set a link leads to; a use that ``counts`` is written down. Raises LinkNotFound (404)."""
    link_id, _, signature = link.partition(".")
    nowhere = LinkNotFound("This link leads nowhere, or not any more")
    if not is_id(link_id, "lnk"):
        raise nowhere
    async with node.database.transaction() as session:
        good = (DatasetLink.id == link_id, DatasetLink.revoked_at.is_(None), DatasetLink.expires_at > func.now())
        row = await session.scalar(select(DatasetLink).where(*good).options(undefer(DatasetLink.sealed)))
        if row is None:
            raise nowhere
        key = node.vault.open(row.sealed, table="dataset_links", row_id=row.id, field="sealed")
        if not hmac.compare_digest(_signature(key, row).encode(), signature.encode()):
            raise nowhere
        try:
            dataset = await get_present(session, row.dataset_id)
        except DatasetDeleted as error:
            raise nowhere from error
        if counts:
            values = {"use_count": DatasetLink.use_count + 1, "last_used_at": func.now()}
            await session.execute(update(DatasetLink).where(DatasetLink.id == row.id).values(values))
            audit.note(session, "dataset_link.used", object_id=row.id, data={"dataset_id": dataset.id, "ip": ip})
    return dataset


def _signature(key: bytes, row: DatasetLink) -> str:
    said = f"{row.id}|{row.dataset_id}|{row.expires_at.timestamp():.6f}"
    return base64.urlsafe_b64encode(hmac.digest(key, said.encode(), hashlib.sha256)).decode().rstrip("=")

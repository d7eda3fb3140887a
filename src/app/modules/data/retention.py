"""Deleting what is older than the rules keep it: never what is pinned, linked to, made use of, or to be kept longer."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.kernel.bus import hint, publish
from app.kernel.node import Node
from app.kernel.principal import HOUSE
from app.modules.data import events
from app.modules.data.finding import DATASETS_TOPIC
from app.modules.data.keeping_models import CollectionMember, DatasetLink
from app.modules.data.models import Dataset, DatasetInput
from app.modules.data.retention_settings import RetentionRule
from app.modules.data.schemas import DataSettings, DatasetView
from app.modules.data.transfer_models import LIVE, Transfer

_AT_ONCE = 200
_SHOWN = 100

# Which of some data sets a room above still needs, such as those it has published.
Needs = Callable[[AsyncSession, Collection[str]], Awaitable[Collection[str]]]


class RetentionView(BaseModel):
    """What the rules would delete now."""

    rules: list[RetentionRule] = Field(description="As the settings say (data.retention)")
    dataset_count: int
    bytes: int
    items: list[DatasetView] = Field(description=f"The {_SHOWN} oldest of them")


class Needers:
    """The rooms of one node that may need data sets."""

    def __init__(self, _node: Node) -> None:
        self.all: list[Needs] = []


def register_needs(node: Node, needs: Needs) -> None:
    """Have a room above asked before data sets are deleted for their age."""
    node.part(Needers, Needers).all.append(needs)


async def preview(node: Node) -> RetentionView:
    """Return what would be deleted for its age now; nothing is."""
    rules = node.settings.of(DataSettings).retention
    count = total = 0
    items: list[DatasetView] = []
    after = ""
    async with node.database.sessions() as session:
        while True:
            rows, last = await _due(session, node, rules, after)
            count += len(rows)
            total += sum(row.bytes for row in rows)
            items += [DatasetView.model_validate(row) for row in rows[: _SHOWN - len(items)]]
            if last is None:
                return RetentionView(rules=rules, dataset_count=count, bytes=total, items=items)
            after = last


async def delete_old(node: Node) -> None:
    """Delete what is older than the rules keep it. Announces dataset.deleted."""
    rules = node.settings.of(DataSettings).retention
    after: str | None = "" if rules else None
    while after is not None:
        async with node.database.transaction() as session:
            rows, after = await _due(session, node, rules, after, lock=True)
            now = await session.scalar(select(func.now()))
            for row in rows:
                row.deleted_at = now
                publish(session, events.DatasetDeleted(subject_id=row.id, incident_id=row.incident_id, name=row.name))
            if rows:
                hint(session, DATASETS_TOPIC)


async def _due(
    session: AsyncSession, node: Node, rules: Sequence[RetentionRule], after: str, *, lock: bool = False
) -> tuple[list[Dataset], str | None]:
    """Return some of what is due, and behind which id to go on; ``None`` at the end."""
    query = select(Dataset).where(
        Dataset.id > after,
        Dataset.deleted_at.is_(None),
        Dataset.pinned.is_(False),
        or_(Dataset.keep_until.is_(None), Dataset.keep_until <= func.now()),
        _too_old(rules),
        not_(_needed()),
    )
    query = query.order_by(Dataset.id).limit(_AT_ONCE)
    rows = (await session.scalars(query.with_for_update(skip_locked=True, of=Dataset) if lock else query)).all()
    ids = {row.id for row in rows}
    for needs in node.part(Needers, Needers).all:
        ids -= set(await needs(session, ids))
    return [row for row in rows if row.id in ids], rows[-1].id if len(rows) == _AT_ONCE else None


def _too_old(rules: Sequence[RetentionRule]) -> ColumnElement[bool]:
    found: list[ColumnElement[bool]] = []
    before: list[ColumnElement[bool]] = []
    for rule in rules:
        fits: list[ColumnElement[bool]] = [true()]
        if rule.role is not None:
            fits.append(func.coalesce(Dataset.role, "") == rule.role)
        if rule.of == "house":
            fits.append(Dataset.owner_id == HOUSE)
        if rule.days is not None:
            old = Dataset.created_at < func.now() - func.make_interval(0, 0, 0, 0, 0, 0, rule.days * 86_400)
            found.append(and_(*fits, old, *[not_(one) for one in before]))
        before.append(and_(*fits))
    return or_(false(), *found)


def _needed() -> ColumnElement[bool]:
    later: Any = aliased(Dataset)
    return or_(
        exists().where(
            DatasetLink.dataset_id == Dataset.id,
            DatasetLink.revoked_at.is_(None),
            DatasetLink.expires_at > func.now(),
        ),
        exists().where(
            DatasetInput.input_id == Dataset.id, later.id == DatasetInput.dataset_id, later.deleted_at.is_(None)
        ),
        exists().where(CollectionMember.dataset_id == Dataset.id),
        exists().where(Transfer.dataset_id == Dataset.id, Transfer.state.in_(LIVE)),
    )

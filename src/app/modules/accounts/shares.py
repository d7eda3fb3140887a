"""The verbs on shares: an owner, or an operator, lets others see a thing or act on it."""

from collections.abc import Sequence

from sqlalchemy import Text, and_, delete, literal_column, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.belongings import as_service
from app.kernel.bus import hint
from app.kernel.paging import Page, page_of
from app.kernel.principal import EVERYONE, HOUSE, Principal, Role
from app.kernel.scoping import SHARES_TOPIC, NotYours, find_names, find_owner
from app.modules.accounts.group_errors import SharedObjectNotFound, SubjectNotFound
from app.modules.accounts.group_models import Group, Share
from app.modules.accounts.models import User
from app.modules.accounts.share_schemas import Direction, Level, ShareView

_NOBODY = "nobody"  # whose an object is that is not there any more
_owner = literal_column("(scope_of(shares.object_id, NULL)).owner_id", Text)


async def list_shares(session: AsyncSession, actor: Principal, object_id: str) -> list[ShareView]:
    """Return with whom something is shared. Raises SharedObjectNotFound (404), NotYours (403)."""
    await _require_owner(session, actor, object_id)
    rows = (
        await session.scalars(
            select(Share).where(Share.object_id == object_id).order_by(Share.shared_at, Share.subject_id)
        )
    ).all()
    return await _views(session, rows)


async def list_all_shares(
    session: AsyncSession, actor: Principal, direction: Direction | None, *, cursor: str | None, limit: int
) -> Page[ShareView]:
    """Return one page of the shares of what the actor owns and of those towards them, newest first.

    Who sees all gets everybody's, unless a direction narrows it. Raises BadRequest (400) for a foreign cursor.
    """
    own = _owner == actor.user_id
    towards = and_(Share.subject_id.in_(actor.subjects), _owner.not_in((actor.user_id, _NOBODY)))
    query = select(Share)
    if direction is not None:
        query = query.where(own if direction == "by_me" else towards)
    elif not actor.sees_all:
        query = query.where(or_(own, towards))
    keys = [Share.shared_at, Share.object_id, Share.subject_id]
    rows: list[Share]
    rows, following = await page_of(session, query, keys, cursor=cursor, limit=limit)
    return Page(items=await _views(session, rows), next_cursor=following)


async def share(session: AsyncSession, actor: Principal, object_id: str, subject_id: str, level: Level) -> ShareView:
    """Share something with a user, a group or everyone, or change how far.

    What belongs to it (an incident's simulations, a source's deliveries) is seen with it. Raises SharedObjectNotFound,
    SubjectNotFound (404), NotYours (403).
    """
    await _require_owner(session, actor, object_id)
    # Locked: who goes in this moment would leave the share behind, for whoever is brought back under that id.
    async with as_service(session):  # the rows of groups are locked by who may change them, and all may share with them
        found = await _names(session, [subject_id], lock=True)
    if not found:
        raise SubjectNotFound(f"{subject_id[:100]} is no user, no group and not '{EVERYONE}'")
    row = await session.scalar(
        insert(Share)
        .values(object_id=object_id, subject_id=subject_id, level=level, shared_by=actor.user_id)
        .on_conflict_do_update(index_elements=["object_id", "subject_id"], set_={"level": level})
        .returning(Share)
    )
    assert row is not None
    hint(session, SHARES_TOPIC)
    return (await _views(session, [row]))[0]


async def unshare(session: AsyncSession, actor: Principal, object_id: str, subject_id: str) -> None:
    """Take a share back; one that is not there is no error. Raises SharedObjectNotFound (404), NotYours (403)."""
    await _require_owner(session, actor, object_id, taking=True)
    await session.execute(delete(Share).where(Share.object_id == object_id, Share.subject_id == subject_id))
    hint(session, SHARES_TOPIC)


async def _require_owner(session: AsyncSession, actor: Principal, object_id: str, *, taking: bool = False) -> None:
    owner_id = await find_owner(session, object_id)
    if owner_id is None:
        raise SharedObjectNotFound(f"There is no {object_id[:100]} that you could share")
    # Who may lend a credential could lend it to himself: that stays with whose it is, or the administrators.
    lends = object_id.startswith("cred_") and not taking
    if owner_id != actor.user_id and not (actor.role >= Role.ADMIN if lends else actor.sees_all):
        raise NotYours(f"{object_id} is shared with you; its owner decides who else sees it")


async def _names(session: AsyncSession, ids: Sequence[str], *, lock: bool = False) -> dict[str, str]:
    found = {EVERYONE: "Everyone"} if EVERYONE in ids else {}
    for kind in (User, Group):
        query = select(kind.id, kind.name).where(kind.id.in_(ids))
        rows = await session.execute(query.with_for_update(read=True) if lock else query)
        found |= {row.id: row.name for row in rows}
    return found


async def _views(session: AsyncSession, rows: Sequence[Share]) -> list[ShareView]:
    objects = {row.object_id for row in rows}
    things = await find_names(session, sorted(objects))
    asked = select(Share.object_id, _owner).where(Share.object_id.in_(objects)).distinct()
    owners: dict[str, str] = {row[0]: row[1] or HOUSE for row in await session.execute(asked)}
    people = {one for row in rows for one in (row.subject_id, row.shared_by, owners[row.object_id])}
    names = await _names(session, sorted(people))
    return [
        ShareView(
            object_id=row.object_id,
            object_name=things.get(row.object_id),
            owner_id=(owner_id := owners[row.object_id]),
            owner_name=names.get(owner_id, owner_id),
            subject_id=row.subject_id,
            subject_name=names.get(row.subject_id, row.subject_id),
            level=row.level,
            shared_by=row.shared_by,
            shared_by_name=names.get(row.shared_by, row.shared_by),
            shared_at=row.shared_at,
        )
        for row in rows
    ]

"""API tokens: created for programs, shown once, narrowed by scopes, revoked with those they made."""

import difflib
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint, publish
from app.kernel.errors import ProblemItem
from app.kernel.ids import new_id
from app.kernel.paging import page_of
from app.kernel.principal import Principal
from app.kernel.resource_scopes import is_within, parse
from app.modules.accounts.credentials import SHOWN_CHARACTERS, digest, new_token
from app.modules.accounts.errors import ExpiryInvalid, ScopeInvalid, TokenNotFound
from app.modules.accounts.events import TokenCreated, TokenRevoked
from app.modules.accounts.models import Token, User
from app.modules.accounts.standing import require_standing
from app.modules.accounts.users import TOPIC


async def issue_token(
    session: AsyncSession,
    actor: Principal,
    operations: Collection[str],
    *,
    name: str,
    scopes: Sequence[str] | None,
    expires_at: datetime | None,
) -> tuple[Token, str]:
    """Create a token for the caller; without ``scopes`` it has the caller's. One that a token made ends with it.

    Announces token.created. Raises Unauthenticated (401) when what the caller came with has ended since, and as
    :func:`require_narrower` and :func:`create_token`.
    """
    await require_standing(session, actor)
    wanted = scopes if scopes is not None else sorted(actor.scopes)
    await require_narrower(session, actor, operations, wanted, expires_at)
    return await create_token(session, actor.user_id, name, wanted, expires_at, parent_id=actor.token_id)


async def create_token(
    session: AsyncSession,
    user_id: str,
    name: str,
    scopes: Sequence[str] = ("*",),
    expires_at: datetime | None = None,
    *,
    parent_id: str | None = None,
) -> tuple[Token, str]:
    """Create a token and return it with its secret in the clear, which cannot be had again.

    ``parent_id`` is the token that makes it. Announces token.created. Raises ExpiryInvalid (422) for an expiry that has
    passed.
    """
    if expires_at is not None and not await session.scalar(
        select(literal(expires_at, Token.expires_at.type) > func.now())
    ):
        raise _expiry("It has to be in the future")
    raw = new_token()
    row = Token(
        id=new_id("tok"),
        user_id=user_id,
        name=name,
        prefix=raw[:SHOWN_CHARACTERS],
        sha256=digest(raw),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
        parent_id=parent_id,
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    publish(session, TokenCreated(subject_id=row.id, actor=user_id, name=name, scopes=row.scopes))
    return row, raw


async def require_narrower(
    session: AsyncSession,
    actor: Principal,
    operations: Collection[str],
    scopes: Sequence[str],
    expires_at: datetime | None,
) -> None:
    """Refuse a token that could do more, or live longer, than what its maker calls with.

    Raises ScopeInvalid (422), naming the nearest operation for a misspelt one, and ExpiryInvalid (422).
    """
    for index, scope in enumerate(scopes):
        if scope != "*" and scope not in operations and parse(scope) is None:
            near = difflib.get_close_matches(scope, operations, 1)
            why = f"{scope!r} is not an operationId" + (f"; did you mean {near[0]}?" if near else "")
            if scope.startswith("storage:"):
                why = f"{scope!r} is no directory of a storage: write storage:<its id>:/<directory>:read or …:write"
            raise _scope(index, why)
        if not {"*", scope} & actor.scopes and not is_within(scope, actor.scopes):
            raise _scope(index, f"Your own token does not have {scope!r}; a token can only make narrower ones")
    if actor.token_id is not None:
        own = (await session.get_one(Token, actor.token_id)).expires_at
        if own is not None and (expires_at is None or expires_at > own):
            raise _expiry(f"Your own token ends at {own.isoformat()}; give an expiry that is not later")


async def get_token(session: AsyncSession, user_id: str, token_id: str) -> Token:
    """Return a token of this user. Raises TokenNotFound (404), for others' tokens too."""
    row = await session.get(Token, token_id)
    if row is None or row.user_id != user_id:
        raise TokenNotFound(token_id)
    return row


async def list_tokens(
    session: AsyncSession, user_id: str, *, cursor: str | None, limit: int
) -> tuple[Sequence[Token], str | None]:
    """Return a page of this user's tokens that are not revoked, newest first."""
    query = select(Token).where(Token.user_id == user_id, Token.revoked_at.is_(None))
    return await page_of(session, query, [Token.id], cursor=cursor, limit=limit)


async def revoke_token(session: AsyncSession, user_id: str, token_id: str) -> None:
    """Revoke a token of this user, and all that it and those it made have made, on every node. Announces token.revoked.

    Raises TokenNotFound (404), for others' and revoked tokens too.
    """
    # First, as whoever ends access: a token that is being made now is there when this has the lock, or never will be.
    await session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))
    root = select(Token.id).where(Token.id == token_id, Token.user_id == user_id, Token.revoked_at.is_(None))
    tree = root.cte("tree", recursive=True)
    tree = tree.union(select(Token.id).join(tree, Token.parent_id == tree.c.id))
    revoked = (
        update(Token)
        .where(Token.id.in_(select(tree.c.id)), Token.revoked_at.is_(None))
        .values(revoked_at=func.now())
        .returning(Token.id, Token.name)
    )
    found = (await session.execute(revoked, execution_options={"synchronize_session": False})).all()
    if not found:
        raise TokenNotFound(token_id)
    for one, name in found:
        publish(session, TokenRevoked(subject_id=one, actor=user_id, name=name))
    hint(session, TOPIC)


def _scope(index: int, why: str) -> ScopeInvalid:
    return ScopeInvalid(why, errors=[ProblemItem(pointer=f"/body/scopes/{index}", message=why)])


def _expiry(why: str) -> ExpiryInvalid:
    return ExpiryInvalid(why, errors=[ProblemItem(pointer="/body/expires_at", message=why)])

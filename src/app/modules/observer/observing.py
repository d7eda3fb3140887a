"""Who observes: started on demand, counted over all nodes, ended by a word or by silence."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint
from app.kernel.ids import new_id
from app.kernel.principal import Principal, Role
from app.modules.observer.errors import ObservationNotFound, ObservationNotYours, TooManyObservers
from app.modules.observer.models import Observation
from app.modules.observer.schemas import ObservationChange, ObservationStart, ObservationView

TOPIC = "observer"
SILENCE_SECONDS = 60
COUNT = "SELECT count(*)::int AS count FROM observations WHERE seen_at > now() - $1::float8 * interval '1 second'"
_LEAST_WAIT_SECONDS = 5
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('observer.start'))")
_heard = Observation.seen_at > func.now() - timedelta(seconds=SILENCE_SECONDS)


async def start(
    session: AsyncSession, actor: Principal, node_id: str, wished: ObservationStart, maximum: int
) -> ObservationView:
    """Begin an observation. Raises TooManyObservers (429) when ``maximum`` are going on, on all nodes together."""
    await session.execute(_LOCK)
    await session.execute(delete(Observation).where(~_heard))
    silence = func.extract("epoch", func.now() - func.min(Observation.seen_at))
    count, longest_silence = (await session.execute(select(func.count(), silence).select_from(Observation))).one()
    if count >= maximum:
        wait = max(_LEAST_WAIT_SECONDS, round(SILENCE_SECONDS - float(longest_silence)))
        raise TooManyObservers(f"{count} observe already, and observer.maximum is {maximum}", retry_after=wait)
    made = Observation(
        id=new_id("obs"),
        mode=wished.mode,
        period_seconds=wished.period_seconds,
        user_id=actor.user_id,
        node_id=node_id,
    )
    session.add(made)
    hint(session, TOPIC)
    return await _fresh(session, made)


async def get(session: AsyncSession, observation_id: str) -> ObservationView:
    """Return an observation that goes on. Raises ObservationNotFound (404)."""
    found = await session.scalar(select(Observation).where(Observation.id == observation_id, _heard))
    if found is None:
        raise ObservationNotFound(f"No observation has the id {observation_id!r}")
    return ObservationView.model_validate(found)


async def get_own(session: AsyncSession, actor: Principal, observation_id: str) -> ObservationView:
    """Return one that goes on and is the actor's. Raises ObservationNotFound (404), ObservationNotYours (403)."""
    found = await get(session, observation_id)
    _require_own(actor, found.user_id)
    return found


async def list_observations(session: AsyncSession) -> list[ObservationView]:
    """Return those that go on, oldest first."""
    rows = await session.scalars(select(Observation).where(_heard).order_by(Observation.started_at, Observation.id))
    return [ObservationView.model_validate(row) for row in rows]


async def change(
    session: AsyncSession, actor: Principal, observation_id: str, wished: ObservationChange
) -> ObservationView:
    """Switch mode or period. Raises ObservationNotFound (404), ObservationNotYours (403)."""
    found = await _locked(session, actor, observation_id)
    if wished.mode is not None:
        found.mode = wished.mode
    if wished.period_seconds is not None:
        found.period_seconds = wished.period_seconds
    found.seen_at = func.now()
    hint(session, TOPIC)
    return await _fresh(session, found)


async def end(session: AsyncSession, actor: Principal, observation_id: str) -> None:
    """Stop observing. Raises ObservationNotFound (404), ObservationNotYours (403)."""
    await session.delete(await _locked(session, actor, observation_id))
    hint(session, TOPIC)


async def touch(session: AsyncSession, observation_ids: Sequence[str]) -> dict[str, ObservationView]:
    """Note that these are heard, and return those of them that go on."""
    rows = await session.scalars(
        update(Observation)
        .where(Observation.id.in_(observation_ids))
        .values(seen_at=func.now())
        .returning(Observation)
        .execution_options(populate_existing=True)
    )
    return {row.id: ObservationView.model_validate(row) for row in rows}


async def count(session: AsyncSession) -> int:
    """Return how many observe."""
    return (await session.execute(select(func.count()).select_from(Observation).where(_heard))).scalar_one()


async def _locked(session: AsyncSession, actor: Principal, observation_id: str) -> Observation:
    found = await session.get(Observation, observation_id, with_for_update=True)
    if found is None:
        raise ObservationNotFound(f"No observation has the id {observation_id!r}")
    _require_own(actor, found.user_id)
    return found


def _require_own(actor: Principal, user_id: str | None) -> None:
    if user_id != actor.user_id and actor.role < Role.ADMIN:
        raise ObservationNotYours()


async def _fresh(session: AsyncSession, observation: Observation) -> ObservationView:
    await session.flush()
    await session.refresh(observation)
    return ObservationView.model_validate(observation)

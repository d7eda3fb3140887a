"""What one transaction does to the fleet: states, sections, leaders. Its caller holds :func:`lock`.

Every change of who is there goes through one advisory lock, so two nodes that start in the same instant share the ring
one after the other. Heartbeats do not take it.
"""

from typing import Any

from sqlalchemy import ColumnElement, any_, delete, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint, publish
from app.modules.nodes.events import LeaderElected, NodeDead, NodePaused, NodeRecovered, NodeResumed, SectionsMoved
from app.modules.nodes.models import Leader, LeaderCandidate, NodeBoot, NodeSection, NodeTransition
from app.modules.nodes.ring import SECTIONS, changes
from app.modules.nodes.states import UNRESPONSIVE, Happening, Standing

NODES_TOPIC = "nodes"

# A process that is stopped while it holds the lock would stop the whole fleet from changing: it loses it soon.
_LOCK = text("SELECT set_config('idle_in_transaction_session_timeout', '5s', true), pg_advisory_xact_lock(7305512)")
_MAKE_SECTIONS = text(
    "INSERT INTO node_sections (section) SELECT generate_series(0, :last) ON CONFLICT (section) DO NOTHING"
)
_HAND_OVER = text(
    """
    UPDATE node_sections SET node_id = given.node_id, generation = generation + 1, assigned_at = clock_timestamp()
    FROM unnest(CAST(:sections AS smallint[]), CAST(:nodes AS text[])) AS given (section, node_id)
    WHERE node_sections.section = given.section
    """
)

LIVES: ColumnElement[bool] = NodeBoot.state != "dead"
ANSWERS: ColumnElement[bool] = LIVES & NodeBoot.reason.is_distinct_from(UNRESPONSIVE)
TAKES_WORK: ColumnElement[bool] = (
    ANSWERS & ~NodeBoot.pause_requested & ~NodeBoot.drain_requested & (any_(NodeBoot.roles) == "worker")
)


async def lock(session: AsyncSession) -> None:
    """Be the only one to change who is there, until the transaction ends."""
    await session.execute(_LOCK)


async def move(session: AsyncSession, row: NodeBoot, happening: Happening, reason: str | None = None) -> None:
    """Take a boot to its next state and record it. Raises NodeStateImpossible (409). Announces what it came to."""
    before = standing_of(row)
    after = before.after(happening)
    session.add(NodeTransition(node_id=row.id, old_state=before.state, new_state=after.state, reason=reason))
    row.state, row.reason = after.state, reason
    row.state_since = func.clock_timestamp()
    if happening == "heard":
        publish(session, NodeRecovered(subject_id=row.id, node=row.name))
    if after.state == "dead":
        row.ended_at = func.clock_timestamp()
        publish(session, NodeDead(subject_id=row.id, node=row.name, reason=reason or happening))
    elif after.state == "paused" and before.state != "paused":
        publish(session, NodePaused(subject_id=row.id, node=row.name, reason=reason or happening))
    elif happening == "resumed":
        publish(session, NodeResumed(subject_id=row.id, node=row.name))
    hint(session, NODES_TOPIC)


def standing_of(row: NodeBoot) -> Standing:
    """Return where a boot stands in the table of states."""
    return Standing(row.state, row.state != "dead" and row.reason == UNRESPONSIVE)  # type: ignore[arg-type]  # a constraint says so


async def rebalance(session: AsyncSession, cause: str) -> int:
    """Share the sections among the nodes that take work, with as few changes as possible; return how many there were.

    Those of unresponsive nodes stay where they are. Announces sections.moved about the boot ``cause``.
    """
    await session.flush()
    owners = await _owners(session)
    if len(owners) < SECTIONS:
        await session.execute(_MAKE_SECTIONS, {"last": SECTIONS - 1})
        owners = await _owners(session)
    takers = (await session.scalars(select(NodeBoot.id).where(TAKES_WORK))).all()
    silent = (await session.scalars(select(NodeBoot.id).where(LIVES, NodeBoot.reason == UNRESPONSIVE))).all()
    given = changes(owners, takers, silent)
    if given:
        await session.execute(_HAND_OVER, {"sections": list(given), "nodes": list(given.values())})
        publish(session, SectionsMoved(subject_id=cause, count=len(given), owners=len(takers)))
        hint(session, NODES_TOPIC)
    return len(given)


async def _owners(session: AsyncSession) -> list[str | None]:
    return list((await session.scalars(select(NodeSection.node_id).order_by(NodeSection.section))).all())


async def stand(session: AsyncSession, node_id: str, roles: set[str]) -> None:
    """Let a boot wait for its turn to lead ``roles``, and no others."""
    for role in sorted(roles):
        vacant: dict[str, Any] = {"role": role, "lease_until": func.clock_timestamp()}
        await session.execute(insert(Leader).values(vacant).on_conflict_do_nothing())
        await session.execute(insert(LeaderCandidate).values(role=role, node_id=node_id).on_conflict_do_nothing())
    gone = delete(LeaderCandidate).where(LeaderCandidate.node_id == node_id, LeaderCandidate.role.not_in(roles))
    await session.execute(gone)
    left = update(Leader).where(Leader.node_id == node_id, Leader.role.not_in(roles))
    await session.execute(left.values(node_id=None, lease_until=func.clock_timestamp()))


async def elect(session: AsyncSession, misses: int) -> None:
    """Give each role nobody leads to the node that has waited longest. Announces leader.elected."""
    await session.flush()
    over = Leader.node_id.is_(None) | (Leader.lease_until < func.clock_timestamp())
    for role in (await session.scalars(select(Leader).where(over).with_for_update())).all():
        if role.node_id is not None:  # at the end of the line again, should it live
            turn = (LeaderCandidate.role == role.role) & (LeaderCandidate.node_id == role.node_id)
            await session.execute(delete(LeaderCandidate).where(turn))
            again = select(literal(role.role), NodeBoot.id).where(NodeBoot.id == role.node_id, LIVES)
            await session.execute(insert(LeaderCandidate).from_select(["role", "node_id"], again))
        period = func.make_interval(0, 0, 0, 0, 0, 0, NodeBoot.heartbeat_seconds * misses)
        first = await session.execute(
            select(NodeBoot.id, func.clock_timestamp() + period)
            .join(LeaderCandidate, LeaderCandidate.node_id == NodeBoot.id)
            .where(LeaderCandidate.role == role.role, ANSWERS, NodeBoot.heartbeat_at + period > func.clock_timestamp())
            .order_by(LeaderCandidate.number)
            .limit(1)
        )
        chosen = first.first()
        if chosen is None:
            role.node_id = None
            continue
        role.node_id, role.lease_until = chosen
        role.generation += 1
        role.since = func.clock_timestamp()
        publish(session, LeaderElected(subject_id=chosen[0], role=role.role, generation=role.generation))
        hint(session, NODES_TOPIC)
    await session.flush()

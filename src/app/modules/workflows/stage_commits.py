"""Plain stages begin and end many in one statement; the next stage is born running where the node has a free slot.

A stage is plain when messages, state and words are all it leaves. Any other takes the way of carrying_out.py.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson
import structlog

from app.kernel.bus import EVENTS_TOPIC
from app.kernel.failpoints import reach
from app.kernel.hot import UNREACHABLE, HotConnection
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules import jobs
from app.modules.workflows import commit_sql
from app.modules.workflows.attempts import Begun
from app.modules.workflows.catalogue import catalogue_of
from app.modules.workflows.definitions import Definition
from app.modules.workflows.effects import Effects, waiting_of
from app.modules.workflows.group_commit import GroupCommit, Waiting, column, columns_of, plain
from app.modules.workflows.sending import STAGE_JOB, message_json, stage_of

log = structlog.get_logger(__name__)

SETTLE_TOPIC = "workflows.settle"  # hint: an incident may have nothing more to wait for
GoOn = Callable[[Exception | None, jobs.Attempt, Any], Awaitable[None]]
_NOTHING_SENT = ("",) * 14
# Stages that were born running, until their handlers come for them.
_MOST_HANDED_OVER = 10_000


@dataclass(slots=True, eq=False)
class Follower:
    """A message on its way to the next stage: its job, and what its handler is told when it is born running.

    ``values`` are the statement's columns, as text, but for the one that says whether it is.
    """

    parent_id: str
    job: Any
    begun: Begun
    values: tuple[str, ...]


@dataclass(slots=True, eq=False)
class Ending:
    """A stage whose method has returned; ``values`` are the statement's columns, as text."""

    begun: Begun
    effects: Effects
    followers: list[Follower]
    settles: bool
    values: tuple[str, ...]


def ending_of(
    job_id: str,
    attempt: int,
    begun: Begun,
    effects: Effects,
    state: str | None,
    followers: list[Follower],
    *,
    settles: bool,
) -> Ending:
    """Return how a stage ends; ``state`` is None when it did not change the incident's.

    Made before it joins a batch: words that cannot be written fail their own stage. Raises ValueError, TypeError.
    """
    ended, label = effects.ended, effects.label
    values = (
        job_id,
        str(attempt),
        begun.stage_id,
        begun.incident_id,
        str(begun.revision),
        state or "",
        "" if effects.headline is None else effects.headline.model_dump_json(),
        "" if effects.waiting is None else orjson.dumps(waiting_of(effects)).decode(),
        "" if label is None else plain(label) or "",
        "" if ended is None else "t",
        "" if ended is None else plain(ended[1]) or "",
        # Over with it, unless something else is under way.
        "t" if ended is not None and settles and not followers else "",
    )
    return Ending(begun, effects, followers, settles, values)


class StageCommits:
    """The begins and ends of one node's plain stages."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._begins: GroupCommit[tuple[str, str, int]] = GroupCommit(node.database, self._begin)
        # One stage of an incident a batch: two that change its state would both find the one they ran on.
        self._ends: GroupCommit[Ending] = GroupCommit(node.database, self._end, lambda one: one.begun.incident_id)
        self._handed_over: dict[str, Begun] = {}
        self._settled: list[jobs.Attempt] = []  # those that left, while one commit's are told
        self.policies = jobs.policies_at_hand(node)
        self.atlas = catalogue_of(node).atlas
        self.scratch = f"{node.settings.data_directory}/scratch"

    async def begin(self, stage_id: str, job_id: str, attempt: int) -> Begun | None:
        """Mark a stage running and return it; ``None`` when there is nothing left to do. Announces stage.started."""
        found = await self._begins.submit((stage_id, job_id, attempt))
        assert found is None or isinstance(found, Begun)
        return found

    def handed_over(self, job_id: str, attempt: int) -> Begun | None:
        """Return the stage of a job that was born running, once."""
        begun = self._handed_over.pop(job_id, None)
        return begun if attempt == 1 else None

    def hand_over(self, job_id: str, begun: Begun) -> None:
        """Keep what the handler of a stage that was born running is told."""
        if len(self._handed_over) < _MOST_HANDED_OVER:
            self._handed_over[job_id] = begun

    async def end(self, ending: Ending) -> bool:
        """Commit a stage's effects with the end of its job; ``False`` when that was refused, and nothing is done."""
        return bool(await self._ends.submit(ending))

    def leave(self, ending: Ending, attempt: jobs.Attempt, go_on: GoOn) -> None:
        """Commit the same for an attempt that has left; ``go_on`` is what its job runs when that was not done."""

        def tell(result: object, error: Exception | None) -> None:
            if result:
                self._settled.append(attempt)
            else:
                jobs.run_again(attempt, partial(go_on, error))

        self._ends.leave(ending, tell)

    async def close(self) -> None:
        """Commit what waits and let go."""
        await self._begins.close()
        await self._ends.close()

    async def _begin(self, connection: HotConnection, batch: list[Waiting[tuple[str, str, int]]]) -> None:
        reach("stages.begin")
        rows = await connection.fetch(
            commit_sql.BEGIN,
            column([w.item[0] for w in batch]),
            column([str(w.item[2]) for w in batch]),
            column([w.item[1] for w in batch]),
            timeout=30,
        )
        reach("stages.begun")
        found = {row[0]: row for row in rows}
        for waiting in batch:
            row = found.get(waiting.item[0])
            waiting.settle(None if row is None else Begun(*row))
        if found:
            self._node.bus.wake(EVENTS_TOPIC)

    async def _end(self, connection: HotConnection, batch: list[Waiting[Ending]]) -> None:
        endings = [waiting.item for waiting in batch]
        sent = [one for ending in endings for one in ending.followers]
        following = jobs.followers(self._node, [one.job for one in sent])
        try:
            reach("stages.commit")
            rows = await connection.fetch(
                commit_sql.COMMIT,
                *columns_of([one.values for one in endings]),
                *_sent(sent, following),
                *following.arguments,
                timeout=30,
            )
            reach("stages.committed")
        except BaseException:
            following.lost()
            raise
        self._tell(batch, sent, following, rows)
        completing = {row["completing"] for row in rows if row["completing"] is not None}
        if completing:  # it was asked to complete before, or while these stages ran
            wanted = [e.begun.incident_id for e in endings if e.settles and e.begun.incident_id in completing]
            self._later(completing.difference(await self.settle(connection, wanted)))

    async def settle(self, connection: HotConnection, incident_ids: list[str]) -> list[str]:
        """Complete those of the incidents that wait for nothing more, in a commit of its own; return which."""
        if not incident_ids:
            return []
        try:
            await connection.fetch("BEGIN")
            await connection.fetch(commit_sql.LOCK, incident_ids, timeout=30)
            settled = [row[0] for row in await connection.fetch(commit_sql.SETTLE, incident_ids, timeout=30)]
            reach("stages.settle")
            await connection.fetch("COMMIT")
            reach("stages.settled")
        except UNREACHABLE as error:
            log.warning("incidents are left to be completed later", count=len(incident_ids), error=repr(error))
            connection.drop()
            return []
        if settled:
            self._node.bus.wake(EVENTS_TOPIC)
        return settled

    def _tell(
        self, batch: list[Waiting[Ending]], sent: list[Follower], following: jobs.Followers, rows: list[Any]
    ) -> None:
        done = {row["stage_id"]: row["revision"] for row in rows}
        revisions = {waiting.item.begun.stage_id: waiting.item.begun.revision for waiting in batch}
        inserted = set()
        for one in sent:
            revision = done.get(one.parent_id)
            if revision is None:
                continue
            inserted.add(one.job.id)
            # When others changed the state meanwhile, without this stage having seen it, the next one reads it.
            if revision == revisions[one.parent_id] and following.is_born(one.job.id):
                self.hand_over(one.job.id, one.begun)
        # Who waits is told first: a slot that is given back may be the one the next stage runs in.
        for waiting in batch:
            waiting.settle(waiting.item.begun.stage_id in done)
        settled, self._settled = self._settled, []
        if settled:
            jobs.settle(self._node, settled)
        for topic in following.arrived(inserted):
            self._node.bus.wake(topic)
        if any(row["watched"] for row in rows):
            self._node.bus.wake(jobs.WATCHED_TOPIC)
        if done:
            self._node.bus.wake(EVENTS_TOPIC)

    def _later(self, incident_ids: set[str]) -> None:
        """See to incidents that complete and were not plain enough, in their own time."""
        if incident_ids:
            self._node.bus.wake(SETTLE_TOPIC)


def stage_commits_of(node: Node) -> StageCommits:
    """Return what commits this node's plain stages, made when it is first needed."""
    return node.part(StageCommits, StageCommits)


async def stop(node: Node) -> None:
    """Commit what waits and let go."""
    if (commits := node.part_with(StageCommits)) is not None:
        await commits.close()


def prepare(
    policies: jobs.Policies, begun: Begun, definition: Definition, effects: Effects, state: str | None
) -> list[Follower]:
    """Return what a stage sends, checked, as it is inserted. Raises StageUnknown, MessageInvalid (422)."""
    found = []
    now = datetime.now(UTC)
    parent_id, incident_id, owner_id = begun.stage_id, begun.incident_id, begun.owner_id
    for sent in effects.sent:
        spec = stage_of(definition, sent.stage)
        at, delay_seconds, urgency = sent.at, sent.delay_seconds, sent.urgency or begun.urgency
        stage_id = new_id("stg")
        job_id = "job_" + stage_id[4:]  # as unique as the stage's
        payload = f'{{"stage_id":"{stage_id}","turn":false}}'
        message = message_json(spec, sent.message)
        label = None if sent.label is None else plain(sent.label)
        job = jobs.follower(
            policies,
            job_id,
            STAGE_JOB,
            payload,
            urgency=urgency,  # type: ignore[arg-type]  # checked when it was sent
            max_attempts=spec.max_attempts,
            incident_id=incident_id,
            owner_id=owner_id,
            run_at=at,
            delay_seconds=delay_seconds,
        )
        values = (
            parent_id,
            stage_id,
            job_id,
            payload,
            spec.name,
            message,
            label or "",
            str(spec.max_attempts),
            str(delay_seconds) if delay_seconds else "",
            "" if at is None else at.isoformat(),
            urgency,
            str(job.priority),
            job.trace or "",
        )
        following = begun.next(stage_id, spec.name, message, urgency, label, state, now)
        found.append(Follower(parent_id, job, following, values))
    return found


def _sent(sent: list[Follower], following: jobs.Followers) -> tuple[str, ...]:
    if not sent:
        return _NOTHING_SENT
    born = ["t" if following.is_born(one.job.id) else "f" for one in sent]
    return (*columns_of([one.values for one in sent]), column(born))

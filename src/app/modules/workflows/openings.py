"""Incidents opened many in one statement, each with its first message: for programs that open them by the thousand.

One opened so has no deadline job: the loop of deadlines.py finds it when its time is over.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from pydantic import BaseModel

from app.kernel.bus import EVENTS_TOPIC
from app.kernel.errors import Conflict
from app.kernel.failpoints import reach
from app.kernel.hot import HotConnection
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules import jobs
from app.modules.workflows.attempts import Begun, json_of
from app.modules.workflows.definitions import Definition
from app.modules.workflows.group_commit import GroupCommit, Waiting, columns, columns_of, plain
from app.modules.workflows.incidents import check_parameters
from app.modules.workflows.sending import STAGE_JOB, message_json, stage_of
from app.modules.workflows.stage_commits import stage_commits_of

OPEN = f"""
WITH n AS (
    SELECT incident_id, name, workflow, version, key, parameters, state_data, urgency, duration, owner_id, area,
        stage_id, job_id, payload, stage, message, max_attempts, born = 't' AS born, priority, trace, place
    FROM unnest({columns(1, 20)}) WITH ORDINALITY
        AS n (incident_id, name, workflow, version, key, parameters, state_data, urgency, duration, owner_id, area,
              stage_id, job_id, payload, stage, message, max_attempts, born, priority, trace, place)
), opened AS (
    INSERT INTO incidents (id, name, workflow, workflow_version, key, state, parameters, state_data, urgency,
        duration_seconds, owner_id, area, activated_at, deadline_at)
    SELECT incident_id, name, workflow, version, key, 'active', parameters::jsonb, state_data::jsonb, urgency,
        duration::float8, owner_id, area::jsonb, now(), now() + duration::float8 * interval '1 second'
    FROM n ORDER BY place
    ON CONFLICT (workflow, key) WHERE key IS NOT NULL AND state <> 'archived' DO NOTHING
    RETURNING id
), m AS MATERIALIZED (SELECT n.* FROM n JOIN opened ON opened.id = n.incident_id), sent AS (
    INSERT INTO stages (id, incident_id, name, message, originator, state, attempt, job_id, urgency, max_attempts,
        started_at)
    SELECT stage_id, incident_id, stage, message::jsonb, owner_id, CASE WHEN born THEN 'running' ELSE 'queued' END,
        born::int, job_id, urgency, max_attempts::int, CASE WHEN born THEN clock_timestamp() END
    FROM m ORDER BY place
), followers AS (
    SELECT job_id AS id, payload::jsonb AS payload, priority::int AS priority, max_attempts::int AS max_attempts,
        NULL::timestamptz AS run_at, incident_id, owner_id, trace, born, place FROM m
), queued AS ({jobs.follow(21)}), said AS (
    INSERT INTO events (type, subject_id, incident_id, text, data, owner_id)
    SELECT type, subject_id, incident_id, text, data, owner_id FROM (
        SELECT place, 0 AS part, 'incident.opened' AS type, incident_id AS subject_id, incident_id,
            'Incident opened: ' || name AS text,
            jsonb_build_object('name', name, 'workflow', workflow, 'version', version) AS data, owner_id FROM m
        UNION ALL
        SELECT place, 1, CASE WHEN born THEN 'stage.started' ELSE 'stage.queued' END, stage_id, incident_id,
            'Stage ' || stage || CASE WHEN born THEN ' running' ELSE ' queued' END,
            jsonb_build_object('stage', stage, 'state', CASE WHEN born THEN 'running' ELSE 'queued' END, 'attempt',
                born::int, 'label', NULL, 'error', NULL), owner_id FROM m
    ) AS facts ORDER BY place, part
)
SELECT id FROM opened
"""  # noqa: S608 (constants)


@dataclass(slots=True, eq=False)
class Opened:
    """One incident before the statement."""

    job: Any
    begun: Begun
    duration_seconds: float
    max_attempts: int


class Openings:
    """The incidents of one node on their way into the table."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._opens: GroupCommit[Opened] = GroupCommit(node.database, self._open)

    async def open(self, opened: Opened) -> bool:
        """Wait until it is committed; ``False`` when another incident has its key."""
        return bool(await self._opens.submit(opened))

    async def close(self) -> None:
        """Commit what waits and let go."""
        await self._opens.close()

    async def _open(self, connection: HotConnection, batch: list[Waiting[Opened]]) -> None:
        some = [waiting.item for waiting in batch]
        following = jobs.followers(self._node, [one.job for one in some])
        try:
            reach("incidents.open")
            rows = await connection.fetch(OPEN, *_columns(some, following), *following.arguments, timeout=30)
            reach("incidents.opened")
        except BaseException:
            following.lost()
            raise
        there = {row[0] for row in rows}
        commits = stage_commits_of(self._node)
        inserted = set()
        for waiting in batch:
            one = waiting.item
            if one.begun.incident_id in there:
                inserted.add(one.job.id)
                if following.is_born(one.job.id):
                    commits.hand_over(one.job.id, one.begun)
            waiting.settle(one.begun.incident_id in there)
        for topic in {EVENTS_TOPIC, *following.arrived(inserted)}:
            self._node.bus.wake(topic)


async def open_at_once(
    node: Node,
    definition: Definition,
    *,
    name: str,
    owner_id: str,
    stage: str,
    message: BaseModel | dict[str, Any],
    key: str | None = None,
    parameters: dict[str, Any] | None = None,
    area: dict[str, Any] | None = None,
) -> str:
    """Open an active incident and send its first message, in a commit shared with others; return its id once made.

    Announces incident.opened. Raises StageUnknown, MessageInvalid, ParametersInvalid (422), Conflict (409).
    """
    spec = stage_of(definition, stage)
    incident_id, stage_id, urgency = new_id("inc"), new_id("stg"), definition.spec.urgency
    job = jobs.follower(
        await jobs.policies_of_followers(node),
        "job_" + stage_id[4:],
        STAGE_JOB,
        f'{{"stage_id":"{stage_id}","turn":{"true" if spec.mutex else "false"}}}',
        urgency=urgency,  # type: ignore[arg-type]  # the workflow says one of the four
        max_attempts=spec.max_attempts,
        incident_id=incident_id,
        owner_id=owner_id,
    )
    now = datetime.now(UTC)
    begun = Begun(
        stage_id=stage_id,
        name=stage,
        message=message_json(spec, message),
        role="stage",
        urgency=urgency,
        gather_id=None,
        label=None,
        originator=owner_id,
        started_at=now,
        incident_id=incident_id,
        incident_name=plain(name) or "",
        key=plain(key),
        workflow=definition.spec.name,
        workflow_version=definition.version,
        owner_id=owner_id,
        state="active",
        state_data=json_of(definition.spec.state()),
        revision=0,
        parameters=orjson.dumps(check_parameters(definition, parameters or {})).decode(),
        exercise=False,
        area=None if area is None else orjson.dumps(area).decode(),
        opened_at=now,
        canonical=True,
    )
    opened = Opened(job, begun, definition.spec.duration_seconds, spec.max_attempts)
    if not await node.part(Openings, Openings).open(opened):
        raise Conflict(f"Another incident has the key {key!r}; a workflow has one incident of a key")
    return incident_id


async def stop(node: Node) -> None:
    """Commit what waits and let go."""
    if (openings := node.part_with(Openings)) is not None:
        await openings.close()


def _columns(some: list[Opened], following: jobs.Followers) -> list[str]:
    rows = []
    for one in some:
        b, job = one.begun, one.job
        born = "t" if following.is_born(job.id) else "f"
        about = (
            b.incident_id,
            b.incident_name,
            b.workflow,
            b.workflow_version,
            b.key or "",
            b.parameters,
            b.state_data,
        )
        terms = (
            b.urgency,
            str(one.duration_seconds),
            b.owner_id,
            b.area or "",
            b.stage_id,
            job.id,
            job.payload,
            b.name,
        )
        rest = (b.message, str(one.max_attempts), born, str(job.priority), job.trace or "")
        rows.append((*about, *terms, *rest))
    return columns_of(rows)

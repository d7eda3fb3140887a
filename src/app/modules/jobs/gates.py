"""Why held jobs are held: the cause and its figure, for a page of them in one question."""

from collections.abc import Sequence
from typing import Any

import orjson

from app.modules.jobs.insertion import UNIQUE_SCOPE, Fetch
from app.modules.jobs.new_jobs import AFTER_GATE
from app.modules.jobs.policies import LimitRule, Policies

# Admitted jobs are counted to ten thousand: more than fit any limit a sentence is needed for.
_ASK = """
WITH held AS MATERIALIZED (
    SELECT id, gates FROM jobs WHERE id = ANY($1::text[]) AND state = 'held'
), used AS MATERIALIZED (
    SELECT gate, count(*) FILTER (WHERE state = 'running') AS running, count(*) AS admitted
    FROM (SELECT unnest(gates) AS gate, state FROM jobs
        WHERE state <> 'held' AND gates IS NOT NULL LIMIT 10000) AS head
    WHERE gate = ANY(ARRAY(SELECT DISTINCT unnest(gates) FROM held)) GROUP BY gate
)
SELECT id, gates,
    (SELECT json_object_agg(gate, json_build_array(running, admitted)) FROM used WHERE gate = ANY(gates))::text AS used,
    (SELECT count(*) FROM job_dependencies d WHERE d.job_id = held.id) AS after_count,
    (SELECT d.after_id || ' ' || coalesce(j.state, 'ended')
        FROM job_dependencies d LEFT JOIN jobs j ON j.id = d.after_id
        WHERE d.job_id = held.id ORDER BY j.state = 'running' DESC NULLS LAST, d.after_id LIMIT 1) AS after_first,
    (SELECT j.id || ' ' || j.state FROM jobs j WHERE j.unique_key = substr(held.gates[1], 8)) AS holder
FROM held
"""


async def waiting_texts(fetch: Fetch, policies: Policies, job_ids: Sequence[str]) -> dict[str, str]:
    """Return, for each of the jobs that is held, one sentence on what it waits for."""
    if not job_ids:
        return {}
    return {row[0]: _text(row, policies) for row in await fetch(_ASK, list(job_ids))}


def _text(row: Any, policies: Policies) -> str:
    _id, gates, used, after_count, after_first, holder = row
    counts: dict[str, tuple[int, int]] = orjson.loads(used) if used else {}
    causes: list[str] = []
    for gate in gates or ():
        running, admitted = counts.get(gate, (0, 0))
        if gate == AFTER_GATE and after_first is not None:
            more = f" and {after_count - 1} more" if after_count > 1 else ""
            causes.append(f"waits for {_job(after_first)}{more}")
        elif gate.startswith(UNIQUE_SCOPE):
            if holder is not None:
                causes.append(f"waits for {_job(holder)}, which holds the unique key {gate[len(UNIQUE_SCOPE) :]}")
        elif gate.startswith("queue:") and (cause := _queue(gate[6:], policies, admitted)):
            causes.append(cause)
        rule = policies.rule(gate)
        if rule is not None and (cause := _limit(gate, rule, running, admitted)):
            causes.append(cause)
    # What a person decided, or another job holds, goes on when a limit has room; a rate or an order only delays.
    causes.sort(key=lambda cause: 2 if cause.startswith(("rate", "comes")) else cause.startswith("limit"))
    return causes[0] if causes else "is let go in a moment"


def _job(text: str) -> str:
    job_id, state = text.split(" ")
    return f"{job_id} ({'queued' if state == 'held' else state})"


def _queue(name: str, policies: Policies, admitted: int) -> str | None:
    queue = policies.queues.get(name)
    if queue is None:
        return None
    if queue.state == "paused":
        by = f" by {queue.changed_by}" if queue.changed_by else ""
        return f"queue {name} is paused{by}" + (f": {queue.reason}" if queue.reason else "")
    if queue.fifo:
        return f"comes in turn: queue {name} is in strict order, {admitted} on their way"
    return None


def _limit(gate: str, rule: LimitRule, running: int, admitted: int) -> str | None:
    scope, _, name = gate.partition(":")
    if rule.concurrency is not None and admitted >= rule.concurrency:
        next_up = f", {admitted - running} about to" if admitted > running else ""
        return f"limit {rule.concurrency} of {scope} {name}: {running} {'runs' if running == 1 else 'run'}{next_up}"
    if rule.rate is not None:
        return f"rate {rule.rate:g} per {rule.period_seconds:g} s of {scope} {name}"
    return None

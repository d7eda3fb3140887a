"""Jobs that end in another room's statement and are followed by others: effects, end and successors are one commit.

The other room locks what it has to and names the jobs that end in a relation ``f (id, attempt, state, error, result,
was, …)``; :func:`end` is written behind its query. :func:`follow` inserts the jobs of a relation ``followers``.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.kernel import tracing
from app.modules.jobs import queries
from app.modules.jobs.attempt import Attempt
from app.modules.jobs.new_jobs import GATES_TOPIC, NewJob, Urgency, options_of
from app.modules.jobs.policies import Policies, PolicyCache, cache_of, policies_now
from app.modules.jobs.worker import WORKER_KEY, Worker

if TYPE_CHECKING:
    from app.kernel.node import Node

# Who limits jobs counts those that end: woken when one that ended was ``watched`` (``followed OR gates IS NOT NULL``).
WATCHED_TOPIC = GATES_TOPIC
_INCIDENT, _OWNER = NewJob._fields.index("incident_id") - 2, NewJob._fields.index("owner_id") - 2


def end(*columns: str) -> str:
    """Return what closes ``f`` and makes ``ended`` the jobs that were what ``f`` says, fenced by their attempt.

    ``ended`` has the columns of jobs, and those of ``f`` that are named.
    """
    more = "".join(f", f.{name}" for name in columns)
    return queries.END.replace("RETURNING j.*", f"RETURNING j.*{more}", 1)


def follow(first: int) -> str:
    """Return the INSERT of the jobs of ``followers``; :attr:`Followers.arguments` are its parameters from ``$first``.

    Its columns are id, payload, priority, max_attempts, run_at, incident_id, owner_id, trace, born and place.
    """
    kind, queue, state, gates, node, lease = [f"${first + n}" for n in range(6)]
    return f"""
    INSERT INTO jobs (id, payload, kind, queue, priority, state, max_attempts, run_at, gates, incident_id, owner_id,
        trace, followed, attempt, node, started_at, lease_until)
    SELECT id, payload, {kind}::text, {queue}::text, priority, CASE WHEN born THEN 'running' ELSE {state}::text END,
        max_attempts, coalesce(run_at, now()), string_to_array({gates}::text, E'\\x1f'), incident_id, owner_id, trace,
        false, born::int, CASE WHEN born THEN {node}::text END, CASE WHEN born THEN now() END,
        CASE WHEN born THEN now() + {lease}::float8 * interval '1 second' END
    FROM followers ORDER BY place
    """  # noqa: S608 (places of parameters)


class Followers:
    """New jobs of one kind before the statement that inserts them, and what the worker promised about them."""

    def __init__(self, rows: Sequence[NewJob], worker: Worker | None, asked_at: float) -> None:
        self._worker = worker
        self._asked_at = asked_at
        self._rows = rows
        self._born: dict[str, NewJob] = {}
        if worker is not None and rows:
            born = worker.promised(row for row in rows if row.may_be_born_claimed)
            self._born = {row.id: row for row in born}

    def is_born(self, job_id: str) -> bool:
        """Say whether this node begins the job as soon as it is there."""
        return job_id in self._born

    @property
    def arguments(self) -> tuple[Any, ...]:
        """Return the parameters of :func:`follow`."""
        if not self._rows:
            return ("", "", "queued", None, None, None)
        row = self._rows[0]
        node, lease = (None, None) if self._worker is None or not self._born else self._worker.hand
        return (row.kind, row.queue, row.state, row.gates, node, lease)

    def arrived(self, inserted: Collection[str]) -> set[str]:
        """Begin those that were inserted as running here, after the commit; return the topics to wake for others."""
        if self._born and self._worker is not None:
            kept = [row for job_id, row in self._born.items() if job_id in inserted]
            if len(kept) < len(self._born):
                self._worker.withdraw_promises([r for job_id, r in self._born.items() if job_id not in inserted])
            self._worker.keep_promises(kept, self._asked_at)
        if len(self._born) == len(self._rows):
            return set()
        return {topic for row in self._rows if row.id in inserted and row.id not in self._born for topic in row.topics}

    def lost(self) -> None:
        """Nobody can say whether they were inserted: let the worker find out."""
        if self._born and self._worker is not None:
            self._worker.break_promises(list(self._born.values()))


class _Options:
    """What jobs that differ in their payload, incident and owner have in common, as long as no policy changes.

    As three parts: what lies before the incident, between it and the owner, and behind.
    """

    def __init__(self) -> None:
        self._policies: Policies | None = None
        self._known: dict[tuple[str, Urgency, int], tuple[tuple[Any, ...], ...]] = {}

    def of(self, policies: Policies, kind: str, urgency: Urgency, max_attempts: int) -> tuple[tuple[Any, ...], ...]:
        if policies is not self._policies or tracing.tracer is not None:  # a trace is of one moment
            self._policies, self._known = policies, {}
        found = self._known.get((kind, urgency, max_attempts))
        if found is None:
            options = options_of(policies, kind, urgency=urgency, max_attempts=max_attempts)
            found = (options[:_INCIDENT], options[_INCIDENT + 1 : _OWNER], options[_OWNER + 1 :])
            self._known[kind, urgency, max_attempts] = found
        return found


_options = _Options()


def follower(
    policies: Policies,
    job_id: str,
    kind: str,
    document: str,
    *,
    urgency: Urgency,
    max_attempts: int,
    incident_id: str,
    owner_id: str,
    run_at: datetime | None = None,
    delay_seconds: float = 0,
) -> NewJob:
    """Return one new job; ``document`` is JSON its handler can read."""
    before, between, behind = _options.of(policies, kind, urgency, max_attempts)
    row = (job_id, document, *before, incident_id, *between, owner_id, *behind)
    made: NewJob = tuple.__new__(NewJob, row)
    return made if run_at is None and not delay_seconds else made._replace(run_at=run_at, delay_seconds=delay_seconds)


def followers(node: "Node", rows: Sequence[NewJob]) -> Followers:
    """Return new jobs of one kind; those this node has a free slot for are inserted as running."""
    return Followers(rows, node.registry.get(WORKER_KEY), node.clock.monotonic())


def settle(node: "Node", attempts: Iterable[Attempt]) -> None:
    """Say of attempts that left the end of their jobs to a commit that it was made."""
    worker: Worker | None = node.registry.get(WORKER_KEY)
    if worker is not None:
        worker.settle([attempt.running for attempt in attempts if attempt.running is not None])


def run_again(attempt: Attempt, handler: Callable[[Attempt, Any], Awaitable[None]]) -> None:
    """Say of an attempt that left the end of its job to a commit that it was not made; ``handler`` goes on."""
    worker: Worker | None = attempt.node.registry.get(WORKER_KEY)
    if worker is not None and attempt.running is not None:
        attempt.running.again = handler
        worker.run_again(attempt.running)


async def policies_of_followers(node: "Node") -> Policies:
    """Return what decides about new jobs now."""
    return await policies_now(node)


def policies_at_hand(node: "Node") -> PolicyCache:
    """Return what decides about new jobs as this node knows it: ``current``, unless it ``is_stale``."""
    return cache_of(node)

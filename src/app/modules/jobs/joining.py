"""Jobs that ride in another room's statement: what makes them necessary and they themselves are one round trip.

The other room writes :data:`RIDE` after a relation ``riders`` of its own, so that it decides in SQL which jobs there
are to be; the columns of ``jobs`` stay this room's business.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.modules.jobs.new_jobs import GATES_TOPIC, READY_TOPIC, NewJob, options_of, with_options
from app.modules.jobs.policies import policies_for, policies_now
from app.modules.jobs.worker import WORKER_KEY, Worker

if TYPE_CHECKING:
    from app.kernel.node import Node


def ride(first: int) -> str:
    """Return the INSERT of jobs from ``riders (id, payload jsonb, owner_id, born, place)``.

    :attr:`Riders.arguments` are its parameters, from ``$first`` on.
    """
    kind, queue, priority, state, attempts, gates, node, lease = [f"${first + n}" for n in range(8)]
    return f"""
    INSERT INTO jobs (id, payload, kind, queue, priority, state, max_attempts, run_at, gates, owner_id, followed,
        attempt, node, started_at, lease_until)
    SELECT id, payload, {kind}::text, {queue}::text, {priority}::int,
        CASE WHEN born THEN 'running' ELSE {state}::text END, {attempts}::int, now(),
        string_to_array({gates}::text, E'\\x1f'), owner_id, false, born::int, CASE WHEN born THEN {node}::text END,
        CASE WHEN born THEN now() END, CASE WHEN born THEN now() + {lease}::float8 * interval '1 second' END
    FROM riders ORDER BY place
    """  # noqa: S608 (places of parameters)


class Riders:
    """Some jobs of one kind before the statement that inserts them, and what a worker promised about them."""

    def __init__(
        self,
        options: tuple[Any, ...],
        ids: Sequence[str],
        documents: Iterable[str],
        worker: Worker | None = None,
        *,
        asked_at: float = 0.0,
    ) -> None:
        self._worker = worker
        self._asked_at = asked_at
        self._plain = with_options("", "", options)
        self._born: dict[str, NewJob] = {}
        self.ids = ids
        if worker is not None and self._plain.may_be_born_claimed:
            # Only what is begun here is made here; the statement makes the rest.
            for job_id, text in zip(ids, documents, strict=True):
                running = worker.promise(with_options(job_id, text, options))
                if running is None:
                    break
                self._born[job_id] = running

    @property
    def born(self) -> list[bool] | None:
        """Return which of the jobs are inserted as running here; ``None``: none is."""
        return [job_id in self._born for job_id in self.ids] if self._born else None

    @property
    def arguments(self) -> tuple[Any, ...]:
        """Return the parameters of :func:`ride`."""
        row = self._plain
        one = next(iter(self._born.values()), None)
        node, lease = (None, None) if one is None else (one.node, one.lease_seconds)
        return (row.kind, row.queue, row.priority, row.state, row.max_attempts, row.gates, node, lease)

    @property
    def topic(self) -> str:
        """Return whom jobs wake that are not begun here."""
        return GATES_TOPIC if self._plain.state == "held" else READY_TOPIC

    def arrived(self, inserted: Collection[str]) -> bool:
        """Begin those that were inserted as running here, after the commit; say whether workers have to be woken."""
        if self._born and self._worker is not None:
            self._worker.keep_promises([row for i, row in self._born.items() if i in inserted], self._asked_at)
            self._worker.withdraw_promises([row for i, row in self._born.items() if i not in inserted])
        return any(job_id not in self._born for job_id in inserted)

    def lost(self) -> None:
        """Nobody can say whether they were inserted: let the worker find out."""
        if self._born and self._worker is not None:
            self._worker.break_promises(list(self._born.values()))


async def riders(node: "Node", kind: str, ids: Sequence[str], documents: Iterable[str], *, priority: int = 0) -> Riders:
    """Return new jobs of ``kind`` with new ids, each with a payload, which is JSON its handler can read.

    Those this node has a free slot for are inserted as running. Raises QueueDraining (409).
    """
    options = options_of(await policies_now(node), kind, priority=priority)
    return Riders(options, ids, documents, node.registry.get(WORKER_KEY), asked_at=node.clock.monotonic())


async def riders_in(
    session: AsyncSession, kind: str, ids: Sequence[str], documents: Iterable[str], *, priority: int = 0
) -> Riders:
    """Return the same for the session's own transaction: none begins before workers are woken by its commit."""
    return Riders(options_of(await policies_for(session), kind, priority=priority), ids, documents)

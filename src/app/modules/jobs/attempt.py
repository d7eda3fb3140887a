"""What a handler is given: its job, its node, and the one commit that makes its effects and its end the same thing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint
from app.kernel.failpoints import reach
from app.modules.jobs import queries
from app.modules.jobs.errors import LeaseLost
from app.modules.jobs.new_jobs import GATES_TOPIC
from app.modules.jobs.progress import Reporter, reporter_of

if TYPE_CHECKING:
    from app.kernel.node import Node
    from app.modules.jobs.running import Running


@dataclass(slots=True, eq=False)
class Attempt:
    """One attempt at a job. ``attempt`` counts claims and never repeats, so (job_id, attempt) is the fencing token.

    ``last`` says that a failure of this attempt fails the job for good.
    """

    node: "Node"
    job_id: str
    kind: str
    attempt: int
    last: bool
    incident_id: str | None
    simulation_id: str | None
    running: "Running | None" = field(default=None, repr=False)
    completed: bool = field(default=False, init=False)
    left: bool = field(default=False, init=False)
    _reporter: Reporter | None = field(default=None, init=False, repr=False)

    @property
    def cancelled(self) -> bool:
        """Say whether the attempt is to stop: its time is over, somebody asked, or the node let go of it."""
        return self.running is not None and self.running.reason is not None

    @property
    def may_leave(self) -> bool:
        """Say whether the handler has not waited for anything yet, so that it can :meth:`leave`."""
        running = self.running
        return running is not None and running.task is None and running.again is None

    def leave(self) -> None:
        """Leave the end of the job to a commit that it shares with others, and its slot to the next one.

        As the last act of a handler that has not waited for anything. Whoever makes the commit says what became of it,
        by :func:`settle` or :func:`run_again`.
        """
        self.left = True

    def say(self, **about: object) -> None:
        """Have every record the handler logs from now on say this too."""
        if self.running is not None:
            self.running.about = about

    @property
    def log(self) -> Any:
        """Return a logger; like every other one used by the handler it writes the job's id and the attempt."""
        return structlog.get_logger(self.kind)

    def progress(self, fraction: float | None = None, message: str | None = None, **counters: float) -> None:
        """Tell how far it is: ``fraction`` of 1, one sentence, and figures by name; what is left out stays as it was.

        May be called as often as it likes. The newest is written at most once a second, the last one always. Values
        beyond 0 and 1 are cut, figures beyond the 32nd left out.
        """
        if self._reporter is None:
            self._reporter = reporter_of(self)
        self._reporter.report(fraction, message, counters)

    @asynccontextmanager
    async def transaction(self, result: BaseModel | None = None) -> AsyncIterator[AsyncSession]:
        """Open the transaction whose commit is also the completion of this job. At most once, as the last act.

        Raises LeaseLost when another attempt owns the job by now, or it was ended meanwhile; nothing is committed.
        """
        if self.completed:
            raise RuntimeError(f"{self.job_id} is completed; attempt.transaction() is used once, as the last act")
        async with self.node.database.transaction() as session:
            yield session
            await session.flush()
            # Last, so the row is locked no longer than the commit takes and lease renewal never waits for user code.
            ended = await (await session.connection()).exec_driver_sql(
                queries.FINISH,
                (
                    [self.job_id],
                    [self.attempt],
                    ["succeeded"],
                    [None],
                    "running",
                    [None if result is None else result.model_dump_json()],
                ),
            )
            row = ended.first()
            if row is None:
                raise LeaseLost(f"{self.job_id} is no longer attempt {self.attempt}'s to complete")
            if row.watched:
                hint(session, GATES_TOPIC)
            reach("jobs.commit")
        reach("jobs.committed")
        self.completed = True

"""Jobs people post: which kinds they may, what they may say, what they are told."""

import difflib
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.idempotency import IdempotencyMismatch
from app.kernel.instants import Instant
from app.modules.jobs import kinds
from app.modules.jobs.enqueueing import put
from app.modules.jobs.errors import JobKeyReused, JobKindReserved, JobKindUnknown
from app.modules.jobs.insertion import fetch_on
from app.modules.jobs.new_jobs import NewJob, OnConflict, OnFailure, Urgency, new_job
from app.modules.jobs.policies import policies_for, policies_now
from app.modules.jobs.submitting import submitter_of

if TYPE_CHECKING:
    from app.kernel.node import Node

_WORK = {"kind", "payload"}
_OF_HOLDER = """
SELECT kind, queue FROM jobs WHERE id = $1 UNION ALL SELECT kind, queue FROM finished_jobs WHERE id = $1
"""


class JobSubmit(BaseModel):
    """A job to be done."""

    model_config = ConfigDict(extra="forbid")
    kind: str = Field(description="One of GET /job-kinds that is submittable", examples=["wait"])
    payload: dict[str, Any] = Field(description="What the kind takes", examples=[{"milliseconds": 500}])
    queue: str | None = Field(None, description="Instead of the kind's")
    urgency: Urgency = "normal"
    priority: int = Field(0, strict=True, ge=-499, le=499, description="Within the urgency; the larger goes first")
    run_at: Instant | None = Field(None, description="Not before this")
    delay_seconds: float | None = Field(None, strict=True, ge=0, description="Not before so long from now")
    expires_at: Instant | None = Field(None, description="Not to be begun after this")
    expires_seconds: float | None = Field(None, strict=True, gt=0)
    deadline_at: Instant | None = Field(None, description="Not to go on after this")
    deadline_seconds: float | None = Field(None, strict=True, gt=0)
    unique_key: str | None = Field(None, description="At most one live job has it; on_conflict says what happens")
    on_conflict: OnConflict = "drop"
    limit_key: str | None = Field(None, description="What it uses; limits of that key count it")
    after: list[str] = Field([], max_length=100, description="Jobs that have to end first")
    on_failure: OnFailure = Field("cancel", description="What happens when one of those does not succeed")
    batch_id: str | None = None
    max_attempts: int | None = Field(None, strict=True, ge=1, le=1000)

    @model_validator(mode="after")
    def _can_begin(self) -> "JobSubmit":
        for end in ("expires", "deadline"):
            seconds, at = getattr(self, f"{end}_seconds"), getattr(self, f"{end}_at")
            late = seconds is not None and self.delay_seconds is not None and self.delay_seconds >= seconds
            if late or (at is not None and self.run_at is not None and self.run_at >= at):
                raise ValueError(
                    f"it may not begin before its {end} time has passed; begin it earlier, or end it later"
                )
        return self


class JobReceipt(BaseModel):
    """The job that does this work; new, or the one that already did under the same key."""

    id: str
    kind: str
    queue: str
    existed: bool = Field(
        description="No job was made, as another held the unique key: this is that one. With on_conflict replace it"
        " does this work now"
    )


async def submit(node: "Node", user_id: str, wanted: JobSubmit, key: str | None = None) -> JobReceipt:
    """Queue a job for a user, in a commit shared with others, and return once that is made.

    Under a ``key`` of theirs there is one job for ever. Raises JobKindUnknown, JobPayloadInvalid, JobOptionInvalid,
    IdempotencyMismatch (422), JobKindReserved (403), and what :func:`enqueue` raises.
    """
    kind, options = read(user_id, wanted, key)
    row = new_job(await policies_now(node), wanted.kind, wanted.payload, **options)
    try:
        job_id = await submitter_of(node).submit(row)
    except JobKeyReused as reused:
        raise refusal(reused) from reused
    if job_id == row.id:
        return JobReceipt(id=job_id, kind=wanted.kind, queue=wanted.queue or kind.queue, existed=False)
    async with node.database.transaction() as session:
        return await _receipt_of_holder(session, job_id, row)


async def submit_in(session: AsyncSession, user_id: str, wanted: JobSubmit) -> JobReceipt:
    """Do the same in the session's transaction, whose owner keeps the key."""
    _, options = read(user_id, wanted)
    row = new_job(await policies_for(session), wanted.kind, wanted.payload, **options)
    return await _receipt_of_holder(session, await put(session, row), row)


async def _receipt_of_holder(session: AsyncSession, job_id: str, row: NewJob) -> JobReceipt:
    """Say what the job is that has the unique key: one that was there may be of another kind, in another queue."""
    kind, queue = next(iter(await fetch_on(session)(_OF_HOLDER, job_id)), (row.kind, row.queue))
    return JobReceipt(id=job_id, kind=kind, queue=queue, existed=job_id != row.id)


def read(user_id: str, wanted: JobSubmit, key: str | None = None) -> tuple[kinds.Kind, dict[str, Any]]:
    """Return the kind and the options of :func:`enqueue`. Raises JobKindUnknown (422), JobKindReserved (403)."""
    options = {name: getattr(wanted, name) for name in wanted.model_fields_set - _WORK}
    options["origin"] = options["owner_id"] = user_id
    if key is not None:
        options["idempotency_key"] = f"{user_id}:{key}"
    return check_submittable(wanted.kind), options


def refusal(problem: Exception) -> Exception:
    """Return a problem of enqueueing as who posted the job is told it."""
    if isinstance(problem, JobKeyReused):
        return IdempotencyMismatch(f"{problem.detail}; use a new key for a new request")
    return problem


def check_submittable(name: str) -> kinds.Kind:
    """Return a kind people may submit. Raises JobKindUnknown (422), JobKindReserved (403)."""
    kind = kinds.registered.get(name)
    if kind is not None and kind.submittable:
        return kind
    names = sorted(known.name for known in kinds.registered.values() if known.submittable)
    if kind is not None:
        raise JobKindReserved(f"{name} jobs are made by Stormbell itself; people may submit {', '.join(names)}")
    near = difflib.get_close_matches(name, names, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
    raise JobKindUnknown(f"There is no kind {name[:100]!r}; {hint}")

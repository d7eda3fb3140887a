"""``GET /job-counts``."""

from typing import Annotated

from fastapi import Query, Request

from app.kernel.principal import actor_of
from app.kernel.scoping import Caller
from app.kernel.web import api_router
from app.modules.jobs import listing
from app.modules.jobs.schemas import JobCounts, JobFilter

router = api_router("jobs")

_Words = Annotated[str | None, Query(max_length=200)]


@router.get("/job-counts", operation_id="job_count")
async def count_jobs(
    request: Request,
    kind: _Words = None,
    queue: _Words = None,
    incident_id: _Words = None,
    batch_id: _Words = None,
    origin: Annotated[str | None, Query(max_length=400)] = None,
) -> JobCounts:
    """Count jobs, live and ended, by state: those `GET /jobs` lists with the same filters."""
    wanted = JobFilter(kind=kind, queue=queue, incident_id=incident_id, batch_id=batch_id, origin=origin)
    caller = Caller.of(actor_of(request))
    counts = await listing.counts(request.app.state.node, wanted, caller=caller)
    return JobCounts(counts=counts, most=listing.COUNTED_OF_A_STATE)

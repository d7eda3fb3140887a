"""``/jobs``: the queue and its history."""

from typing import Annotated

from fastapi import Query

from app.kernel.paging import Cursor, Limit, Page
from app.kernel.web import SessionOf, api_router
from app.modules.jobs import cancellation, listing
from app.modules.jobs.schemas import JobState, JobView

router = api_router("jobs")


@router.get("/jobs", operation_id="job_list")
async def list_jobs(
    session: SessionOf,
    state: Annotated[list[JobState], Query(description="Only jobs in one of these states")] = [],  # noqa: B006 (FastAPI copies it)
    kind: str | None = None,
    incident_id: str | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[JobView]:
    """List jobs, live and ended, newest first."""
    return await listing.list_jobs(
        session, states=state, kind=kind, incident_id=incident_id, cursor=cursor, limit=limit
    )


@router.get("/jobs/{job_id}", operation_id="job_get")
async def get_job(session: SessionOf, job_id: str) -> JobView:
    """Return one job."""
    return await listing.get(session, job_id)


@router.post("/jobs/{job_id}/cancellation", operation_id="job_cancel", status_code=202)
async def cancel_job(session: SessionOf, job_id: str) -> JobView:
    """Cancel a job: a queued one at once, a running one as soon as its handler has stopped."""
    await cancellation.cancel(session, job_id)
    return await listing.get(session, job_id)

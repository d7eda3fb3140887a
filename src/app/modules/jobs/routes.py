"""``/jobs``: the queue and its history."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.kernel.paging import Cursor, Limit, Page
from app.kernel.web import SessionOf, api_router
from app.modules.jobs import cancellation, listing
from app.modules.jobs.schemas import AttemptView, JobDetail, JobFilter, JobState, JobView

router = api_router("jobs")

Name = Annotated[str | None, Query(max_length=400)]
Origin = Annotated[str | None, Query(max_length=400, description="usr_…, job_…, sch_… or one sch_…@target time")]


@router.get("/jobs", operation_id="job_list", response_model=Page[JobView])
async def list_jobs(
    request: Request,
    state: Annotated[list[JobState], Query(description="Only jobs in one of these states")] = [],  # noqa: B006 (FastAPI copies it)
    kind: Name = None,
    queue: Name = None,
    incident_id: Name = None,
    batch_id: Name = None,
    origin: Origin = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List jobs, live and ended, newest first."""
    wanted = JobFilter.model_construct(
        state=tuple(state), kind=kind, queue=queue, incident_id=incident_id, batch_id=batch_id, origin=origin
    )
    page = await listing.page_json(request.app.state.node, wanted, cursor=cursor, limit=limit)
    return Response(page, media_type="application/json")


@router.get("/jobs/{job_id}", operation_id="job_get")
async def get_job(session: SessionOf, job_id: str) -> JobDetail:
    """Return one job with its payload, result, progress and attempts."""
    return await listing.detail(session, job_id)


@router.get("/jobs/{job_id}/attempts", operation_id="job_attempts")
async def list_attempts(session: SessionOf, job_id: str) -> Page[AttemptView]:
    """List the attempts at a job, first to last."""
    return Page(items=(await listing.detail(session, job_id)).attempts)


@router.post("/jobs/{job_id}/cancellation", operation_id="job_cancel", status_code=202)
async def cancel_job(session: SessionOf, job_id: str) -> JobView:
    """Cancel a job: a queued one at once, a running one as soon as its handler has stopped."""
    await cancellation.cancel(session, job_id)
    return await listing.get(session, job_id)

"""``/jobs``: the queue and its history."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.kernel.hot_routes import HotRoute
from app.kernel.paging import Page
from app.kernel.web import SessionOf, api_router
from app.modules.jobs import cancellation, listing
from app.modules.jobs.schemas import AttemptView, JobDetail, JobFilter, JobQuery, JobView

router = api_router("jobs")
list_router = APIRouter(route_class=HotRoute)


@list_router.get("/jobs", operation_id="job_list", response_model=Page[JobView])
async def list_jobs(request: Request, query: Annotated[JobQuery, Query()]) -> Response:
    """List jobs, live and ended, newest first."""
    wanted = JobFilter.model_construct(
        state=tuple(query.state),
        kind=query.kind,
        queue=query.queue,
        incident_id=query.incident_id,
        batch_id=query.batch_id,
        origin=query.origin,
    )
    page = await listing.page_json(request.app.state.node, wanted, cursor=query.cursor, limit=query.limit)
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

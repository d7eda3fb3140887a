"""``/jobs``: the queue and its history."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.kernel.hot_routes import HotRoute
from app.kernel.paging import Page
from app.kernel.principal import actor_of
from app.kernel.scoping import Caller
from app.kernel.web import Rehearsal, SessionOf, api_router
from app.modules.jobs import bulk, cancellation, listing
from app.modules.jobs.bulk import BulkDone, JobBulk
from app.modules.jobs.schemas import AttemptView, JobDetail, JobFilter, JobQuery, JobView

router = api_router("jobs")
list_router = api_router("jobs", route_class=HotRoute)


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
    caller = Caller.of(actor_of(request))
    page = await listing.page_json(
        request.app.state.node, wanted, cursor=query.cursor, limit=query.limit, caller=caller
    )
    return Response(page, media_type="application/json")


@router.get("/jobs/{job_id}", operation_id="job_get")
async def get_job(session: SessionOf, job_id: str) -> JobDetail:
    """Return one job, by its id or its number, with its payload, result, progress and attempts."""
    return await listing.detail(session, await listing.id_of(session, job_id))


@router.get("/jobs/{job_id}/attempts", operation_id="job_attempts")
async def list_attempts(session: SessionOf, job_id: str) -> Page[AttemptView]:
    """List the attempts at a job, first to last."""
    return Page(items=(await listing.detail(session, await listing.id_of(session, job_id))).attempts)


@router.post("/jobs/{job_id}/cancellation", operation_id="job_cancel", status_code=202)
async def cancel_job(session: SessionOf, job_id: str, dry_run: Rehearsal = False) -> JobView:
    """Cancel a job: a queued one at once, a running one as soon as its handler has stopped."""
    await cancellation.cancel(session, job_id, dry_run=dry_run)
    return await listing.get(session, job_id)


@router.post("/jobs/{job_id}/retry", operation_id="job_retry", status_code=202)
async def retry_job(session: SessionOf, job_id: str, response: Response) -> JobView:
    """Repeat an ended job as a new one; asked again, it gives the same new one."""
    new_id = await bulk.retry(session, job_id)
    response.headers["Location"] = f"/api/v1/jobs/{new_id}"
    return await listing.get(session, new_id)


@router.delete("/jobs/{job_id}", operation_id="job_delete", status_code=204)
async def delete_job(session: SessionOf, job_id: str) -> None:
    """Delete an ended job with its attempts."""
    await bulk.delete(session, job_id)


@router.post("/jobs/cancellations", operation_id="job_cancel_many")
async def cancel_jobs(request: Request, wanted: JobBulk) -> BulkDone:
    """Cancel every job that waits or runs and fits a filter; send `next_cursor` again while there is one."""
    return await bulk.cancel_many(request.app.state.node, wanted)


@router.post("/jobs/retries", operation_id="job_retry_many")
async def retry_jobs(request: Request, wanted: JobBulk) -> BulkDone:
    """Repeat every ended job that fits a filter, of those that did not succeed unless it says otherwise."""
    return await bulk.retry_many(request.app.state.node, wanted)


@router.post("/jobs/deletions", operation_id="job_delete_many")
async def delete_jobs(request: Request, wanted: JobBulk) -> BulkDone:
    """Delete every ended job that fits a filter, with its attempts."""
    return await bulk.delete_many(request.app.state.node, wanted)

"""``/job-batches``: jobs that are followed together."""

from fastapi import APIRouter, Response

from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor
from app.kernel.web import SessionOf, api_router, own_record
from app.modules.jobs import batches
from app.modules.jobs.enqueueing import enqueue_many
from app.modules.jobs.queue_schemas import BatchJobs, BatchJobsView, BatchOpen, BatchView
from app.modules.jobs.submissions import check_submittable

router: APIRouter = api_router("jobs")


@router.get("/job-batches", operation_id="job_batch_list")
async def list_batches(session: SessionOf, cursor: Cursor = None, limit: Limit = 50) -> Page[BatchView]:
    """List batches, newest first."""
    return await batches.list_batches(session, cursor=cursor, limit=limit)


@router.post("/job-batches", operation_id="job_batch_open", status_code=201)
async def open_batch(session: SessionOf, actor: Actor, response: Response, body: BatchOpen) -> BatchView:
    """Open a batch. Its callback is given `batch_id`, `total` and `counts` beside `callback_payload`."""
    if body.callback_kind is not None:
        check_submittable(body.callback_kind)
    batch_id = await batches.open_batch(
        session,
        body.name,
        callback_kind=body.callback_kind,
        callback_payload=body.callback_payload,
        created_by=actor.user_id,
        owner_id=actor.user_id,
    )
    response.headers["Location"] = f"/api/v1/job-batches/{batch_id}"
    return await batches.get_batch(session, batch_id)


@router.get("/job-batches/{batch_id}", operation_id="job_batch_get")
async def get_batch(session: SessionOf, batch_id: str) -> BatchView:
    """Return one batch, by its id or its name, and how far it has come: of one name the one that goes on."""
    return await batches.get_batch(session, await batches.id_of(session, batch_id))


@router.post("/job-batches/{batch_id}/jobs", operation_id="job_batch_add", status_code=202)
@own_record
async def add_jobs(session: SessionOf, actor: Actor, batch_id: str, body: BatchJobs) -> BatchJobsView:
    """Add jobs of one kind to a batch that is not sealed: all of them, or none."""
    check_submittable(body.kind)
    batch_id = await batches.id_of(session, batch_id)
    job_ids = await enqueue_many(
        session,
        body.kind,
        body.payloads,
        queue=body.queue,
        urgency=body.urgency,
        priority=body.priority,
        limit_key=body.limit_key,
        max_attempts=body.max_attempts,
        batch_id=batch_id,
        origin=actor.user_id,
        owner_id=actor.user_id,
    )
    return BatchJobsView(job_ids=job_ids)


@router.post("/job-batches/{batch_id}/seal", operation_id="job_batch_seal")
async def seal_batch(session: SessionOf, batch_id: str) -> BatchView:
    """Take no more jobs: when those there are have ended, the batch has finished."""
    batch_id = await batches.id_of(session, batch_id)
    await batches.seal(session, batch_id)
    return await batches.get_batch(session, batch_id)


@router.post("/job-batches/{batch_id}/cancellation", operation_id="job_batch_cancel", status_code=202)
async def cancel_batch(session: SessionOf, batch_id: str) -> BatchView:
    """Seal a batch and cancel its jobs: queued ones at once, running ones as soon as their handlers have stopped."""
    batch_id = await batches.id_of(session, batch_id)
    await batches.cancel_batch(session, batch_id)
    return await batches.get_batch(session, batch_id)

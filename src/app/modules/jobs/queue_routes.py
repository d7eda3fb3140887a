"""``/queues`` and ``/job-limits``: how work is worked off, and how much of it at once."""

from typing import Annotated

from fastapi import APIRouter, Body

from app.kernel.paging import Page
from app.kernel.principal import Actor
from app.kernel.web import SessionOf, api_router
from app.modules.jobs import limits, queues
from app.modules.jobs.queue_schemas import LimitSet, LimitView, QueueChange, QueueReason, QueueView, Scope

router: APIRouter = api_router("jobs")


@router.get("/queues", operation_id="queue_list")
async def list_queues(session: SessionOf) -> Page[QueueView]:
    """List every queue by name: what was decided about it and how full it is."""
    return Page(items=await queues.list_queues(session))


@router.get("/queues/{name:path}", operation_id="queue_get")
async def get_queue(session: SessionOf, name: str) -> QueueView:
    """Return one queue."""
    return await queues.get_queue(session, name)


@router.post("/queues/{name:path}/pause", operation_id="queue_pause")
async def pause_queue(
    session: SessionOf, actor: Actor, name: str, body: Annotated[QueueReason | None, Body()] = None
) -> QueueView:
    """Begin no more jobs of a queue; running ones go on and new ones are taken in."""
    await queues.pause_queue(session, name, by=actor.name, actor=actor.user_id, reason=body.reason if body else None)
    return await queues.get_queue(session, name)


@router.post("/queues/{name:path}/resume", operation_id="queue_resume")
async def resume_queue(session: SessionOf, actor: Actor, name: str) -> QueueView:
    """Open a paused or draining queue again."""
    await queues.resume_queue(session, name, by=actor.name, actor=actor.user_id)
    return await queues.get_queue(session, name)


@router.post("/queues/{name:path}/drain", operation_id="queue_drain")
async def drain_queue(
    session: SessionOf, actor: Actor, name: str, body: Annotated[QueueReason | None, Body()] = None
) -> QueueView:
    """Take no new jobs into a queue and work off those there are."""
    await queues.drain_queue(session, name, by=actor.name, actor=actor.user_id, reason=body.reason if body else None)
    return await queues.get_queue(session, name)


@router.put("/queues/{name:path}", operation_id="queue_change")
async def change_queue(session: SessionOf, actor: Actor, name: str, body: QueueChange) -> QueueView:
    """Work a queue off in strict order, one job of a section after the other, or by priority; makes it, too."""
    await queues.order_queue(session, name, fifo=body.fifo, by=actor.name, actor=actor.user_id)
    return await queues.get_queue(session, name)


@router.get("/job-limits", operation_id="job_limit_list")
async def list_limits(session: SessionOf) -> Page[LimitView]:
    """List every limit and how much of it is used."""
    return Page(items=await limits.list_limits(session))


@router.put("/job-limits/{scope}/{name:path}", operation_id="job_limit_set")
async def set_limit(session: SessionOf, actor: Actor, scope: Scope, name: str, body: LimitSet) -> LimitView:
    """Set the limit of a kind, a queue or a key on all nodes together; machine:* is that of each key beginning so."""
    return await limits.set_limit(session, scope, name, body, by=actor.name, actor=actor.user_id)


@router.delete("/job-limits/{scope}/{name:path}", operation_id="job_limit_remove", status_code=204)
async def remove_limit(session: SessionOf, actor: Actor, scope: Scope, name: str) -> None:
    """Remove a limit; the one the program declares, where there is one, is in force again."""
    await limits.remove_limit(session, scope, name, actor=actor.user_id)

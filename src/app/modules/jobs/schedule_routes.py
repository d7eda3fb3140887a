"""``/schedules``: jobs made again and again."""

from fastapi import Response

from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor
from app.kernel.web import SessionOf, api_router, own_record
from app.modules.jobs import schedule_firing, schedules
from app.modules.jobs.schedule_views import (
    ScheduleChange,
    ScheduleDraft,
    SchedulePreview,
    ScheduleRunView,
    ScheduleTimes,
    ScheduleView,
)

router = api_router("jobs", "schedules")


@router.get("/schedules", operation_id="schedule_list")
async def list_schedules(session: SessionOf, cursor: Cursor = None, limit: Limit = 50) -> Page[ScheduleView]:
    """List schedules by name."""
    return await schedules.list_schedules(session, cursor=cursor, limit=limit)


@router.post("/schedules", operation_id="schedule_create", status_code=201)
async def create_schedule(session: SessionOf, actor: Actor, draft: ScheduleDraft, response: Response) -> ScheduleView:
    """Make a schedule."""
    view = await schedules.create_schedule(session, draft, actor.user_id)
    response.headers["Location"] = f"/api/v1/schedules/{view.id}"
    return view


@router.post("/schedules/preview", operation_id="schedule_preview")
@own_record
async def preview_schedule(session: SessionOf, wanted: ScheduleTimes) -> SchedulePreview:
    """Show the next 10 times of a schedule that need not exist; nothing is changed."""
    return await schedules.preview(session, wanted)


@router.get("/schedules/{schedule_id}", operation_id="schedule_get")
async def get_schedule(session: SessionOf, schedule_id: str) -> ScheduleView:
    """Return one schedule."""
    return await schedules.get_schedule(session, schedule_id)


@router.patch("/schedules/{schedule_id}", operation_id="schedule_change")
async def change_schedule(session: SessionOf, schedule_id: str, change: ScheduleChange) -> ScheduleView:
    """Change a schedule; new times count from now on."""
    return await schedules.change_schedule(session, schedule_id, change)


@router.delete("/schedules/{schedule_id}", operation_id="schedule_delete", status_code=204)
async def delete_schedule(session: SessionOf, schedule_id: str) -> None:
    """Delete a schedule. Jobs it made stay."""
    await schedules.delete_schedule(session, schedule_id)


@router.post("/schedules/{schedule_id}/pause", operation_id="schedule_pause")
async def pause_schedule(session: SessionOf, schedule_id: str) -> ScheduleView:
    """Make no more jobs until it is resumed."""
    return await schedules.pause_schedule(session, schedule_id)


@router.post("/schedules/{schedule_id}/resume", operation_id="schedule_resume")
async def resume_schedule(session: SessionOf, schedule_id: str) -> ScheduleView:
    """Go on, and make up for what was missed as `catch_up` says."""
    return await schedules.resume_schedule(session, schedule_id)


@router.post("/schedules/{schedule_id}/run", operation_id="schedule_run", status_code=202)
async def run_schedule(session: SessionOf, schedule_id: str) -> ScheduleRunView:
    """Make its job now, beside its times."""
    return await schedule_firing.run_now(session, schedule_id)


@router.get("/schedules/{schedule_id}/runs", operation_id="schedule_run_list")
async def list_runs(
    session: SessionOf, schedule_id: str, cursor: Cursor = None, limit: Limit = 50
) -> Page[ScheduleRunView]:
    """List the times it was due, newest first, with the job made for each."""
    return await schedules.list_runs(session, schedule_id, cursor=cursor, limit=limit)

"""Applications: written down, found by name or id, changed and removed by their owners."""

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.ids import new_id
from app.kernel.paging import page_of
from app.kernel.principal import Principal
from app.kernel.scoping import require_act
from app.modules.simulation.application_models import Application
from app.modules.simulation.application_schemas import ApplicationDefinition, ApplicationMake
from app.modules.simulation.errors import ApplicationNameTaken, ApplicationNotFound


async def list_applications(
    session: AsyncSession, *, name: str | None, cursor: str | None, limit: int
) -> tuple[list[Application], str | None]:
    """Return a page of applications, newest first."""
    query = select(Application)
    if name is not None:
        query = query.where(Application.name == name)
    rows: list[Application]
    rows, following = await page_of(session, query, [Application.id], cursor=cursor, limit=limit)
    return rows, following


async def get_application(session: AsyncSession, application_id: str, *, lock: bool = False) -> Application:
    """Return one application. Raises ApplicationNotFound (404)."""
    row = await session.get(Application, application_id, with_for_update=lock or None)
    if row is None:
        raise ApplicationNotFound(f"There is no application {application_id}")
    return row


async def make_application(session: AsyncSession, actor: Principal, wanted: ApplicationMake) -> Application:
    """Write an application down. Raises ApplicationNameTaken (409)."""
    definition = wanted.definition.model_dump(mode="json")
    row = Application(id=new_id("app"), owner_id=actor.user_id, name=wanted.name, definition=definition)
    session.add(row)
    await _flush(session, wanted.name)
    await session.refresh(row)
    return row


async def change_application(session: AsyncSession, application_id: str, wanted: ApplicationMake) -> Application:
    """Replace an application's name and definition; simulations of it stay what they were.

    Raises ApplicationNotFound (404), NotYours (403), ApplicationNameTaken (409).
    """
    row = await get_application(session, application_id, lock=True)
    await require_act(session, row)
    row.name, row.definition = wanted.name, wanted.definition.model_dump(mode="json")
    row.revision += 1
    row.changed_at = func.now()
    await _flush(session, wanted.name)
    await session.refresh(row)
    return row


async def remove_application(session: AsyncSession, application_id: str) -> None:
    """Remove an application; its simulations stay. Raises ApplicationNotFound (404), NotYours (403)."""
    row = await get_application(session, application_id, lock=True)
    await require_act(session, row)
    await session.delete(row)


def definition_of(row: Application) -> ApplicationDefinition:
    """Return what an application runs."""
    return ApplicationDefinition.model_validate(row.definition)


async def _flush(session: AsyncSession, name: str) -> None:
    try:
        async with session.begin_nested():
            await session.flush()
    except IntegrityError as error:
        raise ApplicationNameTaken(f"You have an application {name} already") from error

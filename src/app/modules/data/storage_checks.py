"""How a storage answered in the last days."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.paging import Page, page_of
from app.modules.data.storage_models import StorageCheck
from app.modules.data.storage_rows import get_storage
from app.modules.data.storage_schemas import StorageCheckView


async def list_checks(
    session: AsyncSession, storage_id: str, *, failed: bool, cursor: str | None, limit: int
) -> Page[StorageCheckView]:
    """Return one page, newest first. Raises StorageNotFound (404)."""
    await get_storage(session, storage_id)
    query = select(StorageCheck).where(StorageCheck.storage_id == storage_id)
    if failed:
        query = query.where(StorageCheck.state != "answers")
    rows: list[StorageCheck]
    rows, following = await page_of(session, query, [StorageCheck.checked_at], cursor=cursor, limit=limit)
    return Page(items=[StorageCheckView.model_validate(row) for row in rows], next_cursor=following)

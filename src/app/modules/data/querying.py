"""Data sets that are the answer to a query of a database elsewhere, by a job."""

from collections.abc import AsyncIterator, Callable

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.principal import Principal
from app.kernel.scoping import require_act
from app.modules import accounts, jobs
from app.modules.data.dataset_errors import QueryRefused, QueryTooLarge, UploadTooLarge
from app.modules.data.describing import DatasetAbout, MakingView, QueryBegin
from app.modules.data.errors import ContentMissing, StorageCannot, StorageNotFound
from app.modules.data.fetching import Made, Making, finish, unchanged
from app.modules.data.incoming import STEP_BYTES, Quota
from app.modules.data.models import Storage
from app.modules.data.origins import QueryOrigin
from app.modules.data.placing import place_file
from app.modules.data.receiving import Receiver
from app.modules.data.registering import require_about
from app.modules.data.schemas import DataSettings
from app.modules.data.storages import storage_of

QUERY_JOB = "data.query"
MEDIA_TYPES = {"csv": "text/csv", "ndjson": "application/x-ndjson"}
_ELSEWHERE_SECONDS = 2.0


class Query(Making):
    """One that a database answers with."""

    origin: QueryOrigin


async def query(session: AsyncSession, actor: Principal, wanted: QueryBegin) -> MakingView:
    """Have a query answered. Raises StorageNotFound, DatasetNotFound (404), NotYours (403), StorageCannot (409)."""
    about = DatasetAbout.model_validate(wanted.model_dump(include={*DatasetAbout.model_fields}))
    await require_about(session, about)
    origin = QueryOrigin(storage_id=wanted.storage_id, sql=wanted.query, form=wanted.form, most_rows=wanted.most_rows)
    await require_queried(session, origin.storage_id)
    name = wanted.name or f"query.{wanted.form}"
    payload = Query(dataset_id=new_id("dst"), name=name, owner_id=actor.user_id, about=about, origin=origin)
    return await begin(session, payload)


async def begin(session: AsyncSession, payload: Query) -> MakingView:
    """Have a job ask."""
    job_id = await jobs.enqueue(session, QUERY_JOB, payload, owner_id=payload.owner_id, origin=payload.owner_id)
    return MakingView(dataset_id=payload.dataset_id, job_id=job_id)


async def require_queried(session: AsyncSession, storage_id: str) -> None:
    """Raises StorageNotFound (404), NotYours (403), StorageCannot (409) unless the caller may ask this storage."""
    row = await session.get(Storage, storage_id)
    if row is None:
        raise StorageNotFound(f"There is no storage {storage_id}")
    await require_act(session, row)
    if row.driver not in _QUERIED:
        raise StorageCannot(f"{row.name} is no database that is asked with queries; its driver is {row.driver}")


_QUERIED = ("postgresql",)


@jobs.kind(QUERY_JOB, max_attempts=5, timeout_seconds=24 * 3600, concurrency=2, retry_seconds=5)
async def run_query(attempt: jobs.Attempt, payload: Query) -> Made:
    """Ask, and make the answer a data set."""
    node, origin = attempt.node, payload.origin
    receiver, place = Receiver.of(node), "ftc_" + payload.dataset_id.removeprefix("dst_")
    quota = Quota(node, payload.owner_id, payload.dataset_id)
    async with node.database.sessions() as session:
        try:
            storage = await storage_of(session, node, origin.storage_id)
        except ContentMissing:
            raise jobs.Snooze(_ELSEWHERE_SECONDS) from None
    try:
        answer = storage.query(origin.sql, form=origin.form, most_rows=origin.most_rows)
        most = node.settings.of(DataSettings).upload_bytes

        def come(count: int) -> None:
            attempt.progress(None, f"{count:,} bytes", bytes=count)

        await receiver.append(place, 0, most, _counted(answer, quota, come))
        digest = await receiver.digest(place)
        if (made := unchanged(payload, digest.sha256)) is not None:
            async with attempt.transaction(made) as session:
                await quota.release(session)
            return made
        placed = await place_file(node, receiver.path(place), f"uploads/{payload.dataset_id}", sha256=digest.sha256)
        return await finish(attempt, payload, placed, quota, MEDIA_TYPES[origin.form], origin)
    except BaseException as error:
        await _release(node, quota)
        if isinstance(error, QueryRefused | QueryTooLarge | UploadTooLarge | accounts.AllocationExhausted):
            raise jobs.Discard(str(error)) from error
        raise
    finally:
        await receiver.forget(place)


async def _counted(answer: AsyncIterator[bytes], quota: Quota, come: Callable[[int], None]) -> AsyncIterator[bytes]:
    passed = reserved = 0
    async for chunk in answer:
        passed += len(chunk)
        if passed > reserved:
            reserved = passed + STEP_BYTES
            await quota.reserve(reserved)
        come(passed)
        yield chunk


async def _release(node: Node, quota: Quota) -> None:
    async with node.database.transaction() as session:
        await quota.release(session)

"""Data sets that jobs make: asked for here, checked against who asks, made in ``fetching``."""

import hashlib
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from app.kernel import drivers
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.principal import Principal
from app.kernel.scoping import require_act
from app.modules import jobs, machines
from app.modules.data import querying
from app.modules.data.dataset_errors import AlreadyRegistered, NotRefreshable
from app.modules.data.describing import AdoptBegin, DatasetAbout, FetchBegin, MakingView
from app.modules.data.errors import StorageCannot, StorageNotFound
from app.modules.data.fetching import ADOPT_JOB, FETCH_JOB, Adopt, Fetch
from app.modules.data.finding import get_present
from app.modules.data.models import Dataset, Replica, Storage
from app.modules.data.origins import QueryOrigin, origin_of
from app.modules.data.registering import require_about
from app.modules.data.storage import KIND
from app.modules.data.storage._confined import parts_of

_ABOUT = {*DatasetAbout.model_fields}


async def fetch(session: AsyncSession, node: Node, actor: Principal, wanted: FetchBegin) -> MakingView:
    """Have a file fetched, here or by the machine a storage lies on.

    Raises EgressDenied (403), DatasetNotFound, StorageNotFound, MachineNotFound (404), NotYours (403), StorageCannot
    (409).
    """
    node.http.check(wanted.url)
    storage_id = await _fetcher(session, actor, wanted)
    about = DatasetAbout.model_validate(wanted.model_dump(include=_ABOUT))
    await require_about(session, about)
    last = unquote(urlsplit(wanted.url).path.rpartition("/")[2])
    name = wanted.name or "".join(c for c in last if c.isprintable())[:200] or "data"
    payload = Fetch(
        dataset_id=new_id("dst"),
        name=name,
        owner_id=actor.user_id,
        about=about,
        sha256=wanted.sha256,
        url=wanted.url,
        storage_id=storage_id,
    )
    job_id = await jobs.enqueue(session, FETCH_JOB, payload, owner_id=actor.user_id, origin=actor.user_id)
    return MakingView(dataset_id=payload.dataset_id, job_id=job_id)


async def adopt(session: AsyncSession, actor: Principal, wanted: AdoptBegin) -> MakingView:
    """Have a file that lies in a storage made a data set, where it is.

    Raises StorageNotFound, DatasetNotFound (404), NotYours (403) when the storage is somebody else's or the house's,
    PathRefused (422), AlreadyRegistered (409).
    """
    storage = await session.get(Storage, wanted.storage_id)
    if storage is None:
        raise StorageNotFound(f"There is no storage {wanted.storage_id}")
    await require_act(session, storage)
    parts_of(wanted.path)
    about = DatasetAbout.model_validate(wanted.model_dump(include=_ABOUT))
    await require_about(session, about)
    payload = Adopt(
        dataset_id=new_id("dst"),
        name=wanted.name or wanted.path.rpartition("/")[2],
        owner_id=actor.user_id,
        about=about,
        sha256=wanted.sha256,
        storage_id=storage.id,
        path=wanted.path,
    )
    # Hashed, for a path may be longer than a key; the job that is there already says what it makes.
    key = f"data.adopt:{storage.id}:{hashlib.sha256(wanted.path.encode()).hexdigest()}"
    job_id = await jobs.enqueue(
        session, ADOPT_JOB, payload, owner_id=actor.user_id, origin=actor.user_id, unique_key=key
    )
    # Looked at with the key held: a job that had it before and succeeded has left its data set.
    there = (
        select(Dataset.id)
        .join(Replica, Replica.dataset_id == Dataset.id)
        .where(Replica.storage_id == storage.id, Replica.path == wanted.path, Dataset.erased_at.is_(None))
    )
    if (known := await session.scalar(there.limit(1))) is not None:
        raise AlreadyRegistered(f"{storage.name}: {wanted.path} is the data set {known}")
    try:
        of_job = (await jobs.detail(session, job_id)).payload
    except jobs.JobNotFound:
        raise AlreadyRegistered(f"{storage.name}: {wanted.path} is being made a data set by somebody else") from None
    return MakingView(dataset_id=of_job["dataset_id"], job_id=job_id)


async def refresh(session: AsyncSession, node: Node, dataset_id: str) -> MakingView:
    """Ask again for what a data set was made from; what is another content by now becomes its next version.

    Raises DatasetNotFound, StorageNotFound (404), NotYours, EgressDenied (403), NotRefreshable, StorageCannot (409).
    """
    series = (await get_present(session, dataset_id)).series_id
    newest = select(Dataset).where(Dataset.series_id == series, Dataset.deleted_at.is_(None))
    row = (await session.scalars(newest.order_by(Dataset.version.desc()).options(undefer(Dataset.origin)))).first()
    origin = None if row is None else origin_of(row.origin)
    if row is None or origin is None:
        raise NotRefreshable("It was neither fetched from an address nor is it the answer to a query")
    await require_act(session, row)
    about = DatasetAbout(role=row.role, comment=row.comment, tags=row.tags, area=row.area, follows=row.id)
    said: dict[str, Any] = {
        "dataset_id": new_id("dst"),
        "name": row.name,
        "owner_id": row.owner_id,
        "about": about,
        "same_as": row.id,
        "same_sha256": row.sha256,
    }
    if isinstance(origin, QueryOrigin):
        await querying.require_queried(session, origin.storage_id)
        return await querying.begin(session, querying.Query(origin=origin, **said))
    node.http.check(origin.url)
    if origin.storage_id is not None:
        await _require_fetches(session, origin.storage_id)
    payload = Fetch(url=origin.url, storage_id=origin.storage_id, **said)
    job_id = await jobs.enqueue(session, FETCH_JOB, payload, owner_id=row.owner_id, origin=row.owner_id)
    return MakingView(dataset_id=payload.dataset_id, job_id=job_id)


async def _fetcher(session: AsyncSession, actor: Principal, wanted: FetchBegin) -> str | None:
    """Return the storage whose machine is to fetch a file, ``None`` for this one."""
    if wanted.machine is None:
        if wanted.storage_id is not None:
            await _require_fetches(session, wanted.storage_id)
        return wanted.storage_id
    named = [one for one in await machines.list_all(session) if wanted.machine in (one.id, one.name)]
    if not named:
        raise machines.MachineNotFound(f"There is no machine {wanted.machine}")
    place = {name: named[0].transport_settings.get(name) for name in ("host", "port")}
    query = select(Storage).where(Storage.driver == "sftp", Storage.enabled).order_by(Storage.id)
    there = [
        row.id
        for row in await session.scalars(query)
        if row.settings.get("host") == place["host"]
        and row.settings.get("port", 22) == (place["port"] or 22)
        and (row.owner_id == actor.user_id or wanted.storage_id == row.id or actor.sees_all)
    ]
    chosen = wanted.storage_id if wanted.storage_id in there else there[0] if there else None
    if chosen is None or wanted.storage_id not in (None, chosen):
        raise StorageCannot(
            f"no storage of yours lies on {named[0].name}: register one with the driver sftp and the host "
            f"{place['host']}, and say where in it files may be put"
        )
    await _require_fetches(session, chosen)
    return chosen


async def _require_fetches(session: AsyncSession, storage_id: str) -> None:
    row = await session.get(Storage, storage_id)
    if row is None:
        raise StorageNotFound(f"There is no storage {storage_id}")
    await require_act(session, row)
    if "fetch" not in drivers.load(KIND, row.driver).Storage.capabilities or row.read_only:
        raise StorageCannot(f"the machine of {row.name} does not fetch files by itself; one over SSH does")

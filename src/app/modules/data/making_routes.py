"""Data sets that jobs make, over HTTP: fetched, asked of a database, taken over where they lie, asked for again."""

from fastapi import Request

from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router
from app.modules.data import making, querying
from app.modules.data.describing import AdoptBegin, FetchBegin, MakingView, QueryBegin

PERMISSIONS = {
    "dataset_fetch": Role.RUNNER,
    "dataset_query": Role.RUNNER,
    "dataset_adopt": Role.RUNNER,
    "dataset_refresh": Role.RUNNER,
}

router = api_router("data")


@router.post("/datasets/fetch", operation_id="dataset_fetch", status_code=202)
async def fetch_dataset(session: SessionOf, actor: Actor, request: Request, body: FetchBegin) -> MakingView:
    """Have a file fetched from an address by a job that goes on after cuts; its id is that of the data set to come.

    With `machine`, or the id of a storage over SSH, that machine fetches it itself, and it stays there.
    """
    return await making.fetch(session, request.app.state.node, actor, body)


@router.post("/datasets/query", operation_id="dataset_query", status_code=202)
async def query_dataset(session: SessionOf, actor: Actor, body: QueryBegin) -> MakingView:
    """Have the answer to a query of a database elsewhere made a data set, by a job. Nothing is changed there."""
    return await querying.query(session, actor, body)


@router.post("/datasets/adopt", operation_id="dataset_adopt", status_code=202)
async def adopt_dataset(session: SessionOf, actor: Actor, body: AdoptBegin) -> MakingView:
    """Have a file that lies in your storage made a data set where it is, with its checksums, by a job."""
    return await making.adopt(session, actor, body)


@router.post("/datasets/{dataset_id}/refresh", operation_id="dataset_refresh", status_code=202)
async def refresh_dataset(session: SessionOf, request: Request, dataset_id: str) -> MakingView:
    """Ask again for what a data set was fetched or queried from; another content becomes its next version."""
    return await making.refresh(session, request.app.state.node, dataset_id)

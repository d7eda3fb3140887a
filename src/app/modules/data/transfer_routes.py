"""``/transfers``, and the copies of a data set."""

from typing import Annotated, Literal

from fastapi import Query, Request, Response

from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor, Role
from app.kernel.web import Rehearsal, SessionOf, api_router
from app.modules.data import tiers, transfers
from app.modules.data.transfer_prediction import predict
from app.modules.data.transfer_schemas import (
    Archive,
    CopyCreate,
    Place,
    Prediction,
    TransferCreate,
    TransferKind,
    TransfersMade,
    TransferView,
    VerifyCreate,
)

PERMISSIONS = {
    "transfer_list": Role.VIEWER,
    "transfer_get": Role.VIEWER,
    "transfer_predict": Role.VIEWER,
    "transfer_create": Role.RUNNER,
    "transfer_cancel": Role.RUNNER,
    "transfer_retry": Role.RUNNER,
    "dataset_copy": Role.RUNNER,
    "dataset_verify": Role.RUNNER,
    "dataset_archive": Role.RUNNER,
    "dataset_activate": Role.RUNNER,
}

router = api_router("data")

State = Literal["waiting", "running", "completing", "complete", "failed", "cancelled"]


@router.get("/transfers", operation_id="transfer_list")
async def list_transfers(
    session: SessionOf,
    state: Annotated[list[State], Query(description="Only those in one of these states")] = [],  # noqa: B006 (FastAPI copies it)
    kind: TransferKind | None = None,
    dataset_id: str | None = None,
    storage_id: Annotated[str | None, Query(description="From or to this storage")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[TransferView]:
    """List transfers, newest first, each with how far it is."""
    return await transfers.list_transfers(
        session, states=[*state], kind=kind, dataset_id=dataset_id, storage_id=storage_id, cursor=cursor, limit=limit
    )


@router.post("/transfers", operation_id="transfer_create", status_code=202)
async def create_transfer(
    body: TransferCreate, session: SessionOf, actor: Actor, request: Request, response: Response
) -> TransfersMade:
    """Copy, move, replicate or verify; with `dry_run` only say what that comes to."""
    return _told(await transfers.submit_transfers(request.app.state.node, session, body, actor), response)


@router.get("/transfers/prediction", operation_id="transfer_predict")
async def predict_transfer(
    session: SessionOf,
    source_storage_id: str,
    target_storage_id: str,
    bytes: Annotated[int, Query(ge=0, le=10**18, description="How many")],  # noqa: A002 (its name in the API)
) -> Prediction:
    """Say how long a transfer would take, from those you see that went the same way."""
    return await predict(session, source_storage_id, target_storage_id, bytes)


@router.get("/transfers/{transfer_id}", operation_id="transfer_get")
async def get_transfer(transfer_id: str, session: SessionOf) -> TransferView:
    """Return one transfer with how far it is."""
    return transfers.view(await transfers.get_transfer(session, transfer_id))


@router.post("/transfers/{transfer_id}/cancel", operation_id="transfer_cancel")
async def cancel_transfer(transfer_id: str, session: SessionOf, dry_run: Rehearsal = False) -> TransferView:
    """Stop a transfer; what has arrived of it is taken away."""
    return await transfers.cancel_transfer(session, transfer_id, dry_run=dry_run)


@router.post("/transfers/{transfer_id}/retry", operation_id="transfer_retry", status_code=202)
async def retry_transfer(transfer_id: str, session: SessionOf) -> TransferView:
    """Begin a transfer again that failed or was cancelled."""
    return await transfers.retry_transfer(session, transfer_id)


@router.post("/datasets/{dataset_id}/copies", operation_id="dataset_copy", status_code=202)
async def copy_dataset(
    dataset_id: str, body: CopyCreate, session: SessionOf, actor: Actor, request: Request, response: Response
) -> TransfersMade:
    """Have a data set in other storages as well (`replicate`), instead (`move`), or as one of its own (`copy`)."""
    wanted = TransferCreate(
        kind=body.kind,
        dataset_id=dataset_id,
        source=None if body.from_storage_id is None else Place(storage_id=body.from_storage_id),
        targets=[Place(storage_id=storage_id) for storage_id in body.storage_ids],
        urgency=body.urgency,
        bytes_per_second=body.bytes_per_second,
        dry_run=body.dry_run,
    )
    return _told(await transfers.submit_transfers(request.app.state.node, session, wanted, actor), response)


@router.post("/datasets/{dataset_id}/verify", operation_id="dataset_verify", status_code=202)
async def verify_dataset(
    dataset_id: str, body: VerifyCreate, session: SessionOf, actor: Actor, request: Request, response: Response
) -> TransfersMade:
    """Read every copy of a data set again and compare it with its checksum; how it went shows on the transfer."""
    wanted = TransferCreate(kind="verify", dataset_id=dataset_id, urgency=body.urgency, overwrite=body.repair)
    return _told(await transfers.submit_transfers(request.app.state.node, session, wanted, actor), response)


@router.post("/datasets/{dataset_id}/archive", operation_id="dataset_archive", status_code=202)
async def archive_dataset(
    dataset_id: str, body: Archive, session: SessionOf, actor: Actor, request: Request, response: Response
) -> TransfersMade:
    """Move a data set's copies to the archive; it can still be read, as fast as the archive is."""
    return _told(await tiers.archive(request.app.state.node, session, dataset_id, body, actor), response)


@router.post("/datasets/{dataset_id}/activate", operation_id="dataset_activate", status_code=202)
async def activate_dataset(
    dataset_id: str, body: Archive, session: SessionOf, actor: Actor, request: Request, response: Response
) -> TransfersMade:
    """Bring a data set back from the archive, where a copy of it stays."""
    return _told(await tiers.activate(request.app.state.node, session, dataset_id, body, actor), response)


def _told(made: TransfersMade, response: Response) -> TransfersMade:
    if not made.dry_run and len(made.items) == 1:
        response.headers["Location"] = f"/api/v1/transfers/{made.items[0].id}"
    return made

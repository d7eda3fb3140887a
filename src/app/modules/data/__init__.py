"""Data: storages, and checksummed data sets with the story of where they came from.

Owns storages, datasets and what belongs to them, uploads, collections. Calls accounts, jobs and credentials. Announces
dataset.registered, .changed, .deleted, .restored and .erased, and the alarm ``storage:<id>:full``.
Bytes move before the transaction (:func:`place_file`), rows are written in it (:func:`register`): whatever is killed,
no data set is without its bytes and none is there twice.
"""

from collections.abc import Sequence

from app.kernel.loops import Loop
from app.kernel.module import Module
from app.kernel.node import Node
from app.kernel.principal import Role
from app.modules import jobs
from app.modules.data import fetching as fetching
from app.modules.data import leftovers, storage_health, storage_logins, transfer_job, transfers, uploads
from app.modules.data.bringing import files_of
from app.modules.data.content import open_content, path_of, read_bytes
from app.modules.data.dataset_errors import DatasetDeleted
from app.modules.data.dataset_routes import PERMISSIONS as DATASET_PERMISSIONS
from app.modules.data.dataset_routes import router as dataset_router
from app.modules.data.describing import DatasetAbout
from app.modules.data.erasing import sweep
from app.modules.data.errors import ContentMissing, DatasetNotFound, PathRefused, SourceChanged, StorageFull
from app.modules.data.file_routes import PERMISSIONS as FILE_PERMISSIONS
from app.modules.data.file_routes import router as file_router
from app.modules.data.finding import (
    find,
    find_many,
    get,
    list_of_incident,
    list_of_simulation,
    totals_of_incidents,
)
from app.modules.data.folder_routes import PERMISSIONS as FOLDER_PERMISSIONS
from app.modules.data.folder_routes import router as folder_router
from app.modules.data.lineage import Step, Thing, Told, register_lineage
from app.modules.data.link_routes import PERMISSIONS as LINK_PERMISSIONS
from app.modules.data.link_routes import router as link_router
from app.modules.data.making_routes import PERMISSIONS as MAKING_PERMISSIONS
from app.modules.data.making_routes import router as making_router
from app.modules.data.models import Dataset
from app.modules.data.placing import place_bytes, place_file
from app.modules.data.preview_routes import PERMISSIONS as PREVIEW_PERMISSIONS
from app.modules.data.preview_routes import router as preview_router
from app.modules.data.registering import register
from app.modules.data.retention import register_needs
from app.modules.data.routes import router
from app.modules.data.schemas import DataSettings, DatasetView, Placed, Totals
from app.modules.data.storage_opening import open_storage
from app.modules.data.storage_routes import PERMISSIONS as STORAGE_PERMISSIONS
from app.modules.data.storage_routes import router as storage_router
from app.modules.data.storages import start as _start_own
from app.modules.data.storages import stop
from app.modules.data.transfer_planning import leaf_of
from app.modules.data.transfer_routes import PERMISSIONS as TRANSFER_PERMISSIONS
from app.modules.data.transfer_routes import router as transfer_router
from app.modules.data.transfer_schemas import Place, TransferCreate, TransferView
from app.modules.data.transfers import (
    TRANSFER_JOB,
    cancel_transfer,
    cancel_transfers_of_incident,
    get_transfer,
    submit_transfers,
)
from app.modules.data.upload_routes import PERMISSIONS as UPLOAD_PERMISSIONS
from app.modules.data.upload_routes import router as upload_router
from app.modules.data.verifying import scrub

__all__ = [
    "TRANSFER_JOB",
    "ContentMissing",
    "Dataset",
    "DatasetAbout",
    "DatasetDeleted",
    "DatasetNotFound",
    "DatasetView",
    "PathRefused",
    "Place",
    "Placed",
    "SourceChanged",
    "Step",
    "StorageFull",
    "Thing",
    "Told",
    "Totals",
    "TransferCreate",
    "TransferView",
    "cancel_transfer",
    "cancel_transfers_of_incident",
    "files_of",
    "find",
    "find_many",
    "get",
    "get_transfer",
    "leaf_of",
    "list_of_incident",
    "list_of_simulation",
    "module",
    "open_content",
    "open_storage",
    "path_of",
    "place_bytes",
    "place_file",
    "read_bytes",
    "register",
    "register_lineage",
    "register_needs",
    "submit_transfers",
    "totals_of_incidents",
]

jobs.on_exhausted(transfers.TRANSFER_JOB, transfer_job.exhausted)


def _loops(node: Node) -> Sequence[Loop]:
    return [
        storage_health.loop(node),
        leftovers.loop(node),
        Loop("retention", lambda: sweep(node), every_seconds=60, leisurely=True),
        Loop("uploads", lambda: uploads.sweep(node), every_seconds=300, leisurely=True),
        Loop("scrub", lambda: scrub(node), every_seconds=3600, overdue_seconds=float("inf"), leisurely=True),
        Loop("transfers", lambda: transfers.reconcile(node), every_seconds=60, leisurely=True),
        Loop("old_transfers", lambda: transfers.forget_old(node), every_seconds=3600, leisurely=True),
    ]


async def _start(node: Node) -> None:
    await _start_own(node)
    storage_logins.register(node)


module = Module(
    name="data",
    routers=(
        router,
        storage_router,
        file_router,
        folder_router,
        making_router,
        dataset_router,
        preview_router,
        upload_router,
        link_router,
        transfer_router,
    ),
    permissions={
        **STORAGE_PERMISSIONS,
        **FILE_PERMISSIONS,
        **FOLDER_PERMISSIONS,
        **DATASET_PERMISSIONS,
        **PREVIEW_PERMISSIONS,
        **MAKING_PERMISSIONS,
        **UPLOAD_PERMISSIONS,
        **LINK_PERMISSIONS,
        **TRANSFER_PERMISSIONS,
        "dataset_content": Role.VIEWER,
        "dataset_content_head": Role.VIEWER,
    },
    settings=DataSettings,
    loops=_loops,
    start=_start,
    stop=stop,
)

"""Data: storages, and checksummed data sets with the story of where they came from.

Owns: storages, datasets, dataset_inputs, replicas. Calls: accounts. Announces: dataset.registered, and the alarm
``storage:<id>:full``. Bytes move before the transaction (:func:`place_file`), rows are written in it
(:func:`register`), so whatever is killed there is no data set without its bytes and none twice.
"""

from app.kernel.module import Module
from app.kernel.principal import Role
from app.modules.data.content import open_content, path_of, read_bytes
from app.modules.data.errors import ContentMissing, DatasetNotFound, PathRefused, SourceChanged, StorageFull
from app.modules.data.models import Dataset
from app.modules.data.placing import place_bytes, place_file
from app.modules.data.routes import router
from app.modules.data.schemas import DataSettings, DatasetView, Placed, Totals
from app.modules.data.service import (
    find,
    find_many,
    get,
    list_of_incident,
    list_of_simulation,
    register,
    totals_of_incidents,
)
from app.modules.data.storages import start

__all__ = [
    "ContentMissing",
    "Dataset",
    "DatasetNotFound",
    "DatasetView",
    "PathRefused",
    "Placed",
    "SourceChanged",
    "StorageFull",
    "Totals",
    "find",
    "find_many",
    "get",
    "list_of_incident",
    "list_of_simulation",
    "module",
    "open_content",
    "path_of",
    "place_bytes",
    "place_file",
    "read_bytes",
    "register",
    "totals_of_incidents",
]

module = Module(
    name="data",
    router=router,
    permissions={
        "storage_list": Role.VIEWER,
        "dataset_list": Role.VIEWER,
        "dataset_get": Role.VIEWER,
        "dataset_content": Role.VIEWER,
        "dataset_content_head": Role.VIEWER,
    },
    settings=DataSettings,
    start=start,
)

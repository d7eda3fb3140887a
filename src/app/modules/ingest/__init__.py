"""Ingest: how data comes in, once.

Owns sources, deliveries, push_signatures, source_tallies and what is expected of sources. Calls credentials for feeds
that want a login, and jobs: each accepted delivery is a ``delivery.arrived`` job, which the floor above runs and
answers with :func:`record_outcome`. Announces delivery.accepted, delivery.quarantined, source.changed.
"""

from collections.abc import Sequence

from app.kernel.loops import Loop
from app.kernel.module import Module
from app.kernel.node import Node
from app.kernel.principal import Role
from app.modules import data
from app.modules.ingest import check_models as check_models
from app.modules.ingest import lineage, login_checks, receiving, retention
from app.modules.ingest.check_routes import PERMISSIONS as CHECK_PERMISSIONS
from app.modules.ingest.check_routes import router as check_router
from app.modules.ingest.deliveries import get_delivery, is_overtaken, list_deliveries_of, record_outcome
from app.modules.ingest.errors import DeliveryNotFound, SourceNameTaken, SourceNotFound
from app.modules.ingest.events import DeliveryAccepted, DeliveryQuarantined, SourceChanged
from app.modules.ingest.models import DeliveryRow, SourceRow
from app.modules.ingest.polling import Poller
from app.modules.ingest.push_routes import router as push_router
from app.modules.ingest.routes import router
from app.modules.ingest.schemas import DELIVERY_ARRIVED, DeliveryArrived
from app.modules.ingest.settings import IngestSettings
from app.modules.ingest.silence import Listener
from app.modules.ingest.sources import ensure_source, find_source, get_source
from app.modules.ingest.subscriptions import Subscriber

__all__ = [
    "DELIVERY_ARRIVED",
    "DeliveryAccepted",
    "DeliveryArrived",
    "DeliveryNotFound",
    "DeliveryQuarantined",
    "DeliveryRow",
    "IngestSettings",
    "SourceChanged",
    "SourceNameTaken",
    "SourceNotFound",
    "SourceRow",
    "ensure_source",
    "find_source",
    "get_delivery",
    "get_source",
    "is_overtaken",
    "list_deliveries_of",
    "module",
    "record_outcome",
]

_POLLER = "ingest.poller"


def _loops(node: Node) -> Sequence[Loop]:
    poller = node.registry[_POLLER] = Poller(node)
    subscriber = node.part(Subscriber, Subscriber)
    return [poller.loop, subscriber.loop, Listener(node).loop, retention.loop(node)]


async def _start(node: Node) -> None:
    login_checks.register(node)
    data.register_lineage(node, lineage.tell)


async def _stop(node: Node) -> None:
    poller: Poller | None = node.registry.pop(_POLLER, None)
    if poller is not None:
        await poller.stop()
    if (subscriber := node.part_with(Subscriber)) is not None:
        await subscriber.stop()
    await receiving.stop(node)


module = Module(
    name="ingest",
    routers=(router, push_router, check_router),
    permissions={
        **CHECK_PERMISSIONS,
        "source_list": Role.VIEWER,
        "source_get": Role.VIEWER,
        "source_register": Role.OPERATOR,
        "source_change": Role.OPERATOR,
        "source_remove": Role.OPERATOR,
        "source_key_make": Role.OPERATOR,
        "source_key_remove": Role.OPERATOR,
        "delivery_push": Role.RUNNER,
        "ingest_push": Role.PUBLIC,  # off unless the settings say otherwise; then the sender's address decides
        "delivery_list": Role.VIEWER,
        "delivery_get": Role.VIEWER,
        "delivery_raw": Role.VIEWER,
        "delivery_replay": Role.OPERATOR,
    },
    settings=IngestSettings,
    start=_start,
    loops=_loops,
    stop=_stop,
)

"""What this module keeps per node, made when first asked for."""

from app.kernel.node import Node
from app.modules.logging.health import Readiness
from app.modules.logging.metrics import Metrics
from app.modules.logging.sight import Shared
from app.modules.logging.stream import Hub


def hub_of(node: Node) -> Hub:
    """Return the node's event stream."""
    return node.part(Hub, lambda node: Hub(node.database, node.clock))


def metrics_of(node: Node) -> Metrics:
    """Return the node's metrics."""
    return node.part(Metrics, lambda node: Metrics(node, hub_of(node)))


def readiness_of(node: Node) -> Readiness:
    """Return the node's readiness."""
    return node.part(Readiness, Readiness)


def shared_of(node: Node) -> Shared:
    """Return what the node's event streams know of shares."""
    return node.part(Shared, lambda node: Shared(node.database, node.bus))

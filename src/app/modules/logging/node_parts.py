"""What this module keeps per node, made when first asked for."""

from app.kernel.node import Node
from app.modules.logging.health import Readiness
from app.modules.logging.metrics import Metrics
from app.modules.logging.stream import Hub


def hub_of(node: Node) -> Hub:
    """Return the node's event stream."""
    if "logging.hub" not in node.registry:
        node.registry["logging.hub"] = Hub(node.database, node.clock)
    hub: Hub = node.registry["logging.hub"]
    return hub


def metrics_of(node: Node) -> Metrics:
    """Return the node's metrics."""
    if "logging.metrics" not in node.registry:
        node.registry["logging.metrics"] = Metrics(node, hub_of(node))
    metrics: Metrics = node.registry["logging.metrics"]
    return metrics


def readiness_of(node: Node) -> Readiness:
    """Return the node's readiness."""
    if "logging.readiness" not in node.registry:
        node.registry["logging.readiness"] = Readiness(node)
    readiness: Readiness = node.registry["logging.readiness"]
    return readiness

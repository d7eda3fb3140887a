"""What this module keeps per node, made when first asked for."""

from app.kernel.node import Node
from app.modules import jobs
from app.modules.observer.board import Board


def board_of(node: Node) -> Board:
    """Return what the node shows."""
    return node.part(Board, lambda node: Board(node.database, jobs.Gauge(node), node.clock, node.bus))

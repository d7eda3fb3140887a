"""What this module keeps per node, made when first asked for."""

from app.kernel.node import Node
from app.modules import jobs
from app.modules.observer.board import Board


def board_of(node: Node) -> Board:
    """Return what the node shows."""
    if "observer.board" not in node.registry:
        node.registry["observer.board"] = Board(node.database, jobs.Gauge(node), node.clock, node.bus)
    board: Board = node.registry["observer.board"]
    return board

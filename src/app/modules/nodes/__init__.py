"""Nodes: who is there, who takes which part of the queue, who leads.

Owns nodes, node_transitions, node_sections, leaders, leader_candidates and loop_switches. Calls only the kernel.
"""

from app.kernel.module import Module
from app.modules.nodes.figures import FleetFigures, NodeChange, NodeFigures, figures
from app.modules.nodes.models import NodeBoot as NodeBoot
from app.modules.nodes.presence import Presence, presence_of, start, stop

__all__ = ["FleetFigures", "NodeChange", "NodeFigures", "Presence", "figures", "module", "presence_of"]

module = Module(name="nodes", start=start, stop=stop)

"""Nodes: who is there, who takes which part of the queue, who leads.

Owns nodes, node_transitions, node_sections, leaders, leader_candidates and loop_switches. Calls only the kernel.
Announces node.*, sections.moved and leader.elected.
"""

from app.kernel.module import Module
from app.modules.nodes.beating import leader_topic
from app.modules.nodes.life import drain, leads, led, loops, stand, start, stop
from app.modules.nodes.membership import NODES_TOPIC
from app.modules.nodes.models import NodeBoot as NodeBoot
from app.modules.nodes.overview import FleetFigures, NodeChange, NodeFigures, overview
from app.modules.nodes.presence import Presence, presence_of
from app.modules.nodes.settings import NodeSettings
from app.modules.nodes.states import diagram

__all__ = [
    "NODES_TOPIC",
    "FleetFigures",
    "NodeChange",
    "NodeFigures",
    "NodeSettings",
    "Presence",
    "diagram",
    "leader_topic",
    "leads",
    "led",
    "module",
    "overview",
    "presence_of",
    "stand",
]

module = Module(name="nodes", settings=NodeSettings, start=start, loops=loops, drain=drain, stop=stop)

"""Nodes: who is there, who takes which part of the queue, who leads.

Owns nodes, node_transitions, node_sections, leaders, leader_candidates, loop_switches and node_settings.
Calls only the kernel. Announces node.*, sections.moved and leader.elected.
"""

from app.kernel.module import Module
from app.kernel.principal import Role
from app.modules.nodes.beating import leader_topic
from app.modules.nodes.deep_ping import CheckFailed, add_check
from app.modules.nodes.enrolment import EnrolmentRefused, enroll, revoke
from app.modules.nodes.errors import LoopNotFound, NodeGone, NodeNotFound, PauseForbidden
from app.modules.nodes.life import drain, leads, led, loops, stand, start, stop
from app.modules.nodes.listing import get, leaders, list_nodes, sections
from app.modules.nodes.membership import NODES_TOPIC
from app.modules.nodes.models import NodeBoot as NodeBoot
from app.modules.nodes.overview import FleetFigures, NodeChange, NodeFigures, overview, why_nobody_takes_work
from app.modules.nodes.pausing import pause, resume
from app.modules.nodes.presence import Presence, presence_of
from app.modules.nodes.role_gate import RoleGate
from app.modules.nodes.routes import router
from app.modules.nodes.schemas import LeadersView, NodeBootView, NodeLoopsView, RingView
from app.modules.nodes.settings import NodeSettings
from app.modules.nodes.states import diagram
from app.modules.nodes.tuning import let_change
from app.modules.nodes.watching import give_up

__all__ = [
    "NODES_TOPIC",
    "CheckFailed",
    "EnrolmentRefused",
    "FleetFigures",
    "LeadersView",
    "LoopNotFound",
    "NodeBootView",
    "NodeChange",
    "NodeFigures",
    "NodeGone",
    "NodeLoopsView",
    "NodeNotFound",
    "NodeSettings",
    "PauseForbidden",
    "Presence",
    "RingView",
    "RoleGate",
    "add_check",
    "diagram",
    "enroll",
    "get",
    "give_up",
    "leader_topic",
    "leaders",
    "leads",
    "led",
    "let_change",
    "list_nodes",
    "module",
    "overview",
    "pause",
    "presence_of",
    "resume",
    "revoke",
    "sections",
    "stand",
    "why_nobody_takes_work",
]

module = Module(
    name="nodes",
    routers=(router,),
    permissions={
        "node_list": Role.VIEWER,
        "node_get": Role.VIEWER,
        "node_pause": Role.OPERATOR,
        "node_drain": Role.OPERATOR,
        "node_resume": Role.OPERATOR,
        "node_loop_list": Role.VIEWER,
        "node_loop_stop": Role.ADMIN,
        "node_loop_start": Role.ADMIN,
        "node_setting_list": Role.VIEWER,
        "node_setting_change": Role.ADMIN,
        "node_setting_reset": Role.ADMIN,
        "section_list": Role.VIEWER,
        "leader_list": Role.VIEWER,
        "ping_get": Role.VIEWER,
        "deep_ping_get": Role.VIEWER,
    },
    settings=NodeSettings,
    start=start,
    loops=loops,
    drain=drain,
    stop=stop,
)

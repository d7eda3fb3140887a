"""Audit: who changed what, append-only and chained by hash.

Owns audit_seals; seals, serves, checks and lets go of the kernel's audit_events. Calls nodes. Announces nothing; raises
the alarm audit.broken.
"""

from collections.abc import Sequence

from app.kernel.audit import AUDIT_TOPIC
from app.kernel.figures import Figure, add_figures
from app.kernel.loops import Loop
from app.kernel.module import Module
from app.kernel.node import Node
from app.modules import nodes
from app.modules.audit.chain import START, Place, backlog_count, link, newest_seal, place_of
from app.modules.audit.keeping import Keeper, forget
from app.modules.audit.models import AuditSeal as AuditSeal
from app.modules.audit.reading import head, verify
from app.modules.audit.routes import PERMISSIONS, router
from app.modules.audit.schemas import AuditHead, AuditVerification, AuditView
from app.modules.audit.sealing import Sealer, seal
from app.modules.audit.settings import AuditSettings

__all__ = [
    "START",
    "AuditHead",
    "AuditSettings",
    "AuditVerification",
    "AuditView",
    "Place",
    "backlog_count",
    "forget",
    "head",
    "link",
    "module",
    "place_of",
    "seal",
    "verify",
]

ROLE = "audit"


async def _start(node: Node) -> None:
    nodes.stand(node, ROLE)

    async def figures() -> Sequence[Figure]:
        async with node.database.transaction() as session:
            newest, waiting = await newest_seal(session), await backlog_count(session)
        return (
            Figure("stormbell_audit_waiting_events", "Audit events not sealed yet", {(): waiting}),
            Figure("stormbell_audit_position", "Audit events sealed so far", {(): newest.position if newest else 0}),
        )

    add_figures(node, figures)


def _loops(node: Node) -> Sequence[Loop]:
    sealer = Sealer(node.database)
    keeper = Keeper(node.database, node.settings.of(AuditSettings).keep_days)
    topics = (AUDIT_TOPIC, nodes.leader_topic(ROLE))
    return [
        Loop("seal", nodes.led(node, ROLE, sealer.run), every_seconds=5, topics=topics),
        Loop(
            "keep",
            nodes.led(node, ROLE, keeper.run),
            every_seconds=3600,
            overdue_seconds=600,
            topics=topics[1:],
            leisurely=True,
        ),
    ]


module = Module(
    name="audit",
    routers=(router,),
    permissions=PERMISSIONS,
    settings=AuditSettings,
    loops=_loops,
    start=_start,
)

"""Webhooks: facts told to other programs, signed, each at least once.

Owns webhooks, webhook_deliveries and webhook_position. Reads the kernel's facts, asks accounts what an owner may see
and workflows what is an exercise, calls jobs to deliver. Announces webhook.changed.
"""

from collections.abc import Sequence

from app.kernel.loops import Loop
from app.kernel.module import Module
from app.kernel.node import Node
from app.modules import jobs
from app.modules.webhooks import messages
from app.modules.webhooks.delivering import DELIVER_JOB, exhausted
from app.modules.webhooks.routes import PERMISSIONS, router
from app.modules.webhooks.settings import WebhooksSettings
from app.modules.webhooks.telling import Teller

__all__ = ["WebhooksSettings", "module"]

jobs.on_exhausted(DELIVER_JOB, exhausted)


def _loops(node: Node) -> Sequence[Loop]:
    return [
        Teller(node).loop,
        Loop("retention", lambda: messages.sweep(node), every_seconds=3600, leisurely=True),
    ]


module = Module(name="webhooks", routers=(router,), permissions=PERMISSIONS, settings=WebhooksSettings, loops=_loops)

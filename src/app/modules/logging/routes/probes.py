"""``/livez``, ``/readyz``, ``/metrics``: for supervisors and scrapers, outside the API.

Strangers learn whether all is well and which check says so; what was found is for those who may read the node's health.
"""

import asyncio
import ipaddress

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from app.kernel.errors import NotFound, Problem
from app.kernel.node import Node
from app.modules.logging.errors import MetricsForbidden
from app.modules.logging.health import DATABASE_SECONDS, liveness
from app.modules.logging.node_parts import metrics_of, readiness_of
from app.modules.logging.schemas import ProbeView
from app.modules.logging.settings import LoggingSettings

HEALTH = "health_get"  # the operation whose permission these go by: they are in no document, and have none

system_router = APIRouter(include_in_schema=False)


def _node_of(request: Request) -> Node:
    node: Node = request.app.state.node
    return node


@system_router.get("/livez")
async def livez(request: Request) -> Response:
    """Answer 200 while the event loop answers in time, else 503."""
    # Nobody is asked who they are: that takes a database, and this has to answer without one.
    return _answer(liveness(_node_of(request)), in_full=False)


@system_router.get("/readyz")
async def readyz(request: Request) -> Response:
    """Answer 200 when this node should be sent requests, else 503."""
    probe = await readiness_of(_node_of(request)).ask()
    return _answer(probe, in_full=await _may_read_health(request))


@system_router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Return Prometheus metrics to who may read the node's health.

    Raises MetricsForbidden (403), NotFound (404) when they are off.
    """
    node = _node_of(request)
    allowed = node.settings.of(LoggingSettings).metrics
    if allowed == "off":
        raise NotFound("Metrics are off; logging.metrics turns them on")
    if allowed == "token" or not _from_this_machine(request):
        principal = await node.authenticate(request)
        if principal is None:
            raise MetricsForbidden("Send 'Authorization: Bearer sb_…'")
        if not principal.may(HEALTH, node.permissions[HEALTH]):
            raise MetricsForbidden(f"This API token's scopes do not have {HEALTH}")
    return Response(await metrics_of(node).text(), media_type=CONTENT_TYPE_LATEST)


def _from_this_machine(request: Request) -> bool:
    # Behind a proxy on this machine every request comes from it. The proxy's own headers give that away, or else the
    # name people know it by; a proxy that sends neither has to be told to (docs/howto/behind-a-proxy.md).
    if any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")):
        return False
    if request.url.hostname not in ("localhost", "127.0.0.1", "::1"):
        return False
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:  # a Unix socket has no address
        return False


async def _may_read_health(request: Request) -> bool:
    node = _node_of(request)
    try:
        async with asyncio.timeout(DATABASE_SECONDS):
            principal = await node.authenticate(request)
    except (Problem, SQLAlchemyError, OSError, TimeoutError):
        return False  # a supervisor gets its answer, whatever is wrong with the database or its token
    return principal is not None and principal.may(HEALTH, node.permissions[HEALTH])


def _answer(probe: ProbeView, *, in_full: bool) -> Response:
    shown = probe.model_dump(exclude=None if in_full else {"checks": {"__all__": {"text"}}})
    return JSONResponse(shown, 200 if probe.status == "ok" else 503, {"Cache-Control": "no-store"})

"""``/livez``, ``/readyz``, ``/metrics``: for supervisors and scrapers, outside the API."""

import ipaddress

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST

from app.kernel.errors import NotFound
from app.kernel.node import Node
from app.kernel.principal import Role
from app.modules.logging.errors import MetricsForbidden
from app.modules.logging.health import liveness
from app.modules.logging.node_parts import metrics_of, readiness_of
from app.modules.logging.schemas import ProbeView
from app.modules.logging.settings import LoggingSettings

system_router = APIRouter(include_in_schema=False)


def _node_of(request: Request) -> Node:
    node: Node = request.app.state.node
    return node


@system_router.get("/livez")
async def livez(request: Request) -> Response:
    """Answer 200 while the event loop answers in time, else 503."""
    return _answer(liveness(_node_of(request)))


@system_router.get("/readyz")
async def readyz(request: Request) -> Response:
    """Answer 200 when this node should be sent requests, else 503."""
    return _answer(await readiness_of(_node_of(request)).ask())


@system_router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Return Prometheus metrics to who is logged in. Raises MetricsForbidden (403), NotFound (404) when off."""
    node = _node_of(request)
    allowed = node.settings.of(LoggingSettings).metrics
    if allowed == "off":
        raise NotFound("Metrics are off; logging.metrics turns them on")
    if allowed == "token" or not _from_this_machine(request):
        principal = await node.authenticate(request)
        if principal is None or principal.role < Role.VIEWER:
            raise MetricsForbidden("Send 'Authorization: Bearer sb_…'")
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


def _answer(probe: ProbeView) -> Response:
    return JSONResponse(probe.model_dump(), 200 if probe.status == "ok" else 503, {"Cache-Control": "no-store"})

"""Puts the house together: the modules, top floor first, and the application they make."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import FileResponse, PlainTextResponse, Response
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import compile_path
from starlette.staticfiles import StaticFiles

from app.kernel import handlers
from app.kernel.errors import NotFound
from app.kernel.hot_routes import shortcuts
from app.kernel.module import Module
from app.kernel.node import Node
from app.kernel.version import VERSION
from app.kernel.web_guard import WebGuard
from app.modules import (
    accounts,
    audit,
    credentials,
    data,
    ingest,
    jobs,
    logging,
    machines,
    nodes,
    observer,
    simulation,
    workflows,
)

# A module may call those after it, through their front doors only.
MODULES: tuple[Module, ...] = (
    workflows.module,
    ingest.module,
    simulation.module,
    logging.module,
    data.module,
    machines.module,
    credentials.module,
    accounts.module,
    audit.module,
    observer.module,
    jobs.module,
    nodes.module,
)

STATIC = Path(__file__).parent / "static"


def create_app(node: Node | None = None) -> FastAPI:
    """Return the application. Without a node it can only describe itself, which is how openapi.json is made."""
    app = FastAPI(title="Stormbell", version=VERSION, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.node = node
    handlers.install(app)
    for module in MODULES:
        if module.router is not None:
            _check_permissions(module)
            app.include_router(module.router, prefix="/api/v1")
    app.include_router(logging.system_router)
    app.router.routes[:0] = shortcuts(app.routes)
    _serve_pages(app)
    app.add_middleware(nodes.RoleGate, node=node)
    app.add_middleware(logging.RequestMeter, node=node)
    app.add_middleware(WebGuard, node=node)
    return app


def openapi(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of the whole surface."""
    return get_openapi(
        title="Stormbell",
        version=VERSION,
        summary="Self-hosted control plane for urgent and research computing",
        routes=app.routes,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )


def _check_permissions(module: Module) -> None:
    """Refuse to start with an operation nobody decided about, or a decision about no operation."""
    assert module.router is not None
    routes = [context.original_route for context in iter_route_contexts(module.router.routes)]
    operations = {route.operation_id for route in routes if isinstance(route, APIRoute)}
    if operations != set(module.permissions):
        odd = sorted(map(str, operations ^ set(module.permissions)))
        raise RuntimeError(f"module {module.name}: permissions and operations differ: {odd}")


def _serve_pages(app: FastAPI) -> None:
    if (STATIC / "assets").is_dir():
        app.mount("/assets", StaticFiles(directory=STATIC / "assets"))
        app.mount("/atlas", StaticFiles(directory=STATIC / "atlas"))

    places = [
        (compile_path(str(context.path))[0], context.original_route.methods or ())
        for context in iter_route_contexts(app.routes)
        if isinstance(context.original_route, APIRoute)
    ]

    @app.get("/{path:path}", include_in_schema=False, response_model=None)
    async def page(request: Request, path: str) -> Response:
        if path == "api" or path.startswith("api/"):
            # This route takes a GET for every address, so who asks with the wrong method is told so here.
            if methods := {method for place, takes in places if place.match(f"/{path}") for method in takes}:
                raise HTTPException(405, headers={"Allow": ", ".join(sorted(methods))})
            raise NotFound(f"There is nothing at /{path}")
        file = STATIC / path
        if "/" not in path and path and file.suffix in (".svg", ".ico", ".png", ".webmanifest") and file.is_file():
            return FileResponse(file)
        if (STATIC / "index.html").is_file():
            return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})
        return PlainTextResponse("The operator UI is not built: run 'make setup'. The API is at /api/v1.\n", 503)

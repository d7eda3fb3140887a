"""Puts the house together: the modules, top floor first, and the application they make."""

import re
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import FileResponse, PlainTextResponse, Response
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, compile_path
from starlette.staticfiles import StaticFiles

from app.kernel import handlers
from app.kernel.errors import NotFound
from app.kernel.hot_routes import House
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
    webhooks,
    workflows,
)

# A module may call those after it, through their front doors only.
MODULES: tuple[Module, ...] = (
    webhooks.module,
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

# What programs and crawlers ask for and no page is called.
_NO_PAGE = re.compile(r"(api|docs|redoc|swagger|openapi|graphql)(/.*)?|.*\.[A-Za-z0-9]{1,8}")
_CONTRACT = re.compile(r"(docs|redoc|swagger|openapi)\b.*")


def create_app(node: Node | None = None) -> FastAPI:
    """Return the application. Without a node it can only describe itself, which is how openapi.json is made."""
    app = House(title="Stormbell", version=VERSION, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.node = node
    app.openapi = partial(openapi, app)  # type: ignore[method-assign]  # as FastAPI's documentation has it
    handlers.install(app)
    app.router.routes.extend(_rooms())
    _serve_pages(app)
    middlewares = (WebGuard, logging.RequestMeter, nodes.RoleGate)  # outermost first
    for middleware in reversed(middlewares):
        app.add_middleware(middleware, node=node)
    app.open_door(*(partial(middleware, node=node) for middleware in middlewares))
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


@cache
def _rooms() -> tuple[BaseRoute, ...]:
    """Return the routes of all rooms, made once however many applications there are."""
    routes: list[BaseRoute] = []
    for module in MODULES:
        # Side by side, not one router in another: FastAPI reads an included route twice.
        own = [route for router in module.routers for route in router.routes]
        _check_permissions(module, own)
        routes += own
    return (*routes, *logging.system_router.routes)


@cache
def _places() -> list[tuple[re.Pattern[str], set[str]]]:
    """Return what addresses the rooms' operations have, and with which methods."""
    return [
        (compile_path(str(context.path))[0], context.original_route.methods or set())
        for context in iter_route_contexts(_rooms())
        if isinstance(context.original_route, APIRoute)
    ]


def _check_permissions(module: Module, routes: Sequence[BaseRoute]) -> None:
    """Refuse to start with an operation nobody decided about, or a decision about no operation."""
    operations = {route.operation_id for route in routes if isinstance(route, APIRoute)}
    if operations != set(module.permissions):
        odd = sorted(map(str, operations ^ set(module.permissions)))
        raise RuntimeError(f"module {module.name}: permissions and operations differ: {odd}")


def _serve_pages(app: FastAPI) -> None:
    if (STATIC / "assets").is_dir():
        app.mount("/assets", StaticFiles(directory=STATIC / "assets"))
        app.mount("/atlas", StaticFiles(directory=STATIC / "atlas"))

    def methods_of(path: str) -> set[str]:
        return {method for place, takes in _places() if place.match(path) for method in takes}

    def nothing(path: str) -> NotFound:
        asked = re.sub(r"^(api/)?(v\d+/)?", "", path).rstrip("/")
        if _CONTRACT.fullmatch(asked):
            further = "; the API's contract is at /api/v1/openapi.json, what its errors mean at /docs/problems"
        else:
            further = f"; did you mean /api/v1/{asked}?" if methods_of(f"/api/v1/{asked}") else ""
        return NotFound(f"There is nothing at /{path}{further}")

    @app.get("/{path:path}", include_in_schema=False, response_model=None)
    async def page(request: Request, path: str) -> Response:
        # This route takes a GET for every address, so who asks the API with the wrong method is told so here.
        if path.startswith("api/") and (methods := methods_of(f"/{path}")):
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(methods))})
        file = STATIC / path
        if "/" not in path and path and file.suffix in (".svg", ".ico", ".png", ".webmanifest") and file.is_file():
            return FileResponse(file)
        accepts = request.headers.get("Accept", "")
        if path != "index.html" and (_NO_PAGE.fullmatch(path) or ("json" in accepts and "html" not in accepts)):
            raise nothing(path)
        if (STATIC / "index.html").is_file():
            return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})
        return PlainTextResponse("The operator UI is not built: run 'make setup'. The API is at /api/v1.\n", 503)

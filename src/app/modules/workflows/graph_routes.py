"""How the routes answer with a graph: as JSON, for Graphviz, or drawn."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import Query
from fastapi.responses import JSONResponse, Response

from app.modules.workflows.graph import GraphView
from app.modules.workflows.graph_drawing import as_dot, as_png, as_svg

GraphFormat = Annotated[
    Literal["json", "dot", "svg", "png"], Query(description="dot is for Graphviz, svg and png are drawn")
]

GRAPH_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "text/vnd.graphviz": {"schema": {"type": "string"}},
            "image/svg+xml": {},
            "image/png": {"schema": {"type": "string", "format": "binary"}},
        }
    }
}


async def graph_answer(view: GraphView, wanted: str) -> Response:
    """Return the answer with the graph in the wanted format. Raises GraphTooLarge (422), PngUnavailable (501)."""
    if wanted == "dot":
        return Response(as_dot(view), media_type="text/vnd.graphviz; charset=utf-8")
    if wanted == "svg":
        headers = {"Content-Security-Policy": "sandbox; default-src 'none'"}
        return Response(as_svg(view), media_type="image/svg+xml", headers=headers)
    if wanted == "png":
        return Response(await asyncio.to_thread(as_png, view), media_type="image/png")
    return JSONResponse(view.model_dump(mode="json"))

"""``/docs/problems``: the page the ``type`` of every problem points to. Public, because refusals point there too."""

import base64
import hashlib
import re
from functools import cache
from html import escape
from http.client import responses

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from app.kernel.errors import Problem, every_problem

page_router = APIRouter(include_in_schema=False)

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem }
section { padding: 0 1rem; border-left: 3px solid transparent }
section:target { border-color: #d97706 }
h2 { font: 600 1rem ui-monospace, monospace; margin: 1.5rem 0 0; scroll-margin-top: 1rem }
h2 a { color: inherit; text-decoration: none }
p { margin: 0.25rem 0 }
"""
# The house's policy lets no inline style through; this one by its hash.
_POLICY = "; ".join(
    [
        "default-src 'none'",
        f"style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)


@page_router.get("/docs/problems")
async def problems() -> HTMLResponse:
    """Return the page about every problem, each under its code."""
    return HTMLResponse(_page(), headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"})


@cache
def _page() -> str:
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Problems</title><style>{_STYLE}</style>'
    view = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    words = (
        "Every error is <code>application/problem+json</code> (RFC 9457). Programs decide on <code>code</code>, which "
        "does not change. <code>detail</code> says what happened this time; <code>request_id</code> finds the request "
        "in the log."
    )
    return f"{head}{view}<h1>Problems</h1><p>{words}</p>{''.join(map(_section, every_problem()))}</html>"


def _section(kind: type[Problem]) -> str:
    code = escape(kind.code)
    status = f"{kind.status} {responses.get(kind.status, '')}".rstrip()  # HTTP has no words for those of tus
    advice = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(kind.advice()))
    return (
        f'<section id="{code}"><h2><a href="#{code}">{code}</a></h2>'
        f"<p>{status} · {escape(kind.title())}.</p><p>{advice}</p></section>"
    )

"""The page a public link leads to: what is known of an incident, and the files that go with it, without a script."""

import base64
import hashlib
from datetime import UTC, datetime
from html import escape

from app.modules.workflows.areas import bounds
from app.modules.workflows.publishing import Public

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#171b20;"
    "background:#fff}dt{color:#454f5a}dd{margin:0 0 .6rem}img{max-width:100%;height:auto}"
    ".exercise{border:3px solid #964700;padding:.4rem .8rem;font-weight:600}a{color:#1d57a5}"
)
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; img-src 'self'; style-src 'sha256-"
    f"{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'; base-uri 'none'; form-action 'none'"
)
_SHOWN = ("image/png", "image/jpeg")


def page_of(public: Public, path: str) -> str:
    """Return the page; ``path`` is where the files are found below."""
    incident = public.incident
    facts = [("State", incident.outcome or incident.state), ("Opened", _time(incident.opened_at))]
    if incident.finished_at is not None:
        facts.append(("Finished", _time(incident.finished_at)))
    if incident.headline is not None:
        detail = f" ({incident.headline['detail']})" if incident.headline.get("detail") else ""
        facts.append((incident.headline["label"], f"{incident.headline['value']}{detail}"))
    if incident.area is not None:
        west, south, east, north = bounds(incident.area)
        facts.append(("Area", f"{west:g} to {east:g} degrees east, {south:g} to {north:g} degrees north"))
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    images = "".join(
        f'<p><img src="{escape(f"{path}/datasets/{one.id}")}" alt="{escape(one.name)}"></p>'
        for one in public.datasets
        if one.media_type in _SHOWN
    )
    files = "".join(
        f'<li><a href="{escape(f"{path}/datasets/{one.id}")}">{escape(one.name)}</a>, {one.bytes} bytes,'
        f" {escape(one.media_type)}</li>"
        for one in public.datasets
    )
    exercise = '<p class="exercise">This is an exercise. Nothing of it is real.</p>' if incident.exercise else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(incident.name)}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escape(incident.name)}</h1>{exercise}<dl>{listed}</dl>{images}"
        f"{f'<h2>Files</h2><ul>{files}</ul>' if files else ''}"
        f"<p>Published {_time(public.publication.published_at)}.</p></main></body></html>"
    )


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")

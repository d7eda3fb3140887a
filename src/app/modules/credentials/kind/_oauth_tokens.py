"""What is asked of a token endpoint, and what of its answer is kept (RFC 6749, 2.3, 5.1 and 5.2)."""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus, urlencode

import orjson

from app.kernel.http import GuardedClient
from app.modules.credentials.kind import Held, Prepared

_UNTOLD_SECONDS = 3600
_LONGEST_SECONDS = 365 * 86_400
_SECONDS = 20
_LARGEST_BYTES = 256 * 1024


async def ask(http: GuardedClient, held: Held, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    """Return the endpoint's status and document. Raises EgressDenied (403), RemoteProblem (502, 504)."""
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    client_id, client_secret = held.public.get("client_id"), held.secret.get("client_secret")
    if client_id is None:  # what is asked with says who asks
        pass
    elif client_secret is not None and held.public["client_login"] == "basic":
        pair = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        form = {**form, "client_id": client_id, **({"client_secret": client_secret} if client_secret else {})}
    answer = await http.request(
        "POST",
        held.public["token_url"],
        headers=headers,
        content=urlencode(form).encode(),
        max_bytes=_LARGEST_BYTES,
        timeout_seconds=_SECONDS,
    )
    return answer.status, _json(answer.body)


def kept(held: Held, said: Mapping[str, Any], secret: Mapping[str, str], now: datetime) -> Prepared | None:
    """Return ``secret`` with the tokens the endpoint gave, ``None`` when they are none we can send.

    Without a lifetime a token that can be renewed is taken to last an hour, another to last for good.
    """
    token, following = said.get("access_token"), said.get("refresh_token")
    if not (_is_token(token) and str(said.get("token_type", "bearer")).lower() == "bearer"):
        return None
    tokens = {**secret, "access_token": token}
    if _is_token(following):
        tokens["refresh_token"] = following
    lasts = said.get("expires_in") is None and "refresh_token" not in tokens
    ends = None if lasts else now + timedelta(seconds=_seconds(said.get("expires_in")))
    public = {**held.public, "access_expires_at": ends.isoformat() if ends else None}
    if isinstance(granted := said.get("scope"), str) and granted.isprintable():
        public["granted_scopes"] = granted.replace(",", " ").split()[:100]
    return Prepared(public, tokens)


def _is_token(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 8000 and value.isprintable() and value.isascii()


def _seconds(said: Any) -> float:
    try:
        return min(max(float(said), 0.0), _LONGEST_SECONDS)
    except (TypeError, ValueError):
        return _UNTOLD_SECONDS


def _json(body: bytes) -> dict[str, Any]:
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}

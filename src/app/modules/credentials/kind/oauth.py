"""An OAuth 2 grant: an access token, and the refresh token the next one is had for (RFC 6749, sections 5 and 6)."""

import base64
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import quote_plus, urlencode

import orjson
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from app.kernel.http import GuardedClient, RemoteProblem
from app.kernel.instants import Instant
from app.modules.credentials.kind import Held, Prepared, ReauthRequired, SecretInvalid, Wanted
from app.modules.credentials.secrets import Bearer

EARLY_SECONDS = 60  # so that a token lent now is good for as long as a request takes
_UNTOLD_SECONDS = 3600
_LONGEST_SECONDS = 365 * 86_400
_SECONDS = 20
_LARGEST_BYTES = 256 * 1024
# RFC 6749, 5.2: what asking again cannot mend. invalid_client also means a client secret that was changed there.
_REFUSALS = ("invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope", "unsupported_grant_type")


class Settings(BaseModel):
    """Where tokens are had, as which application, and the grant itself."""

    model_config = ConfigDict(extra="forbid")
    token_url: str = Field(
        title="Token address", max_length=2000, pattern="^https?://", examples=["https://login.example.org/token"]
    )
    client_id: str = Field(title="Client id", min_length=1, max_length=500)
    client_secret: SecretStr | None = Field(None, title="Client secret", max_length=2000)
    client_login: Literal["body", "basic"] = Field("body", title="How the client logs in")
    scopes: list[str] = Field([], title="Scopes", max_length=100)
    refresh_token: SecretStr = Field(title="Refresh token", min_length=1, max_length=8000)
    access_token: SecretStr | None = Field(None, title="Access token", max_length=8000)
    access_expires_at: Instant | None = Field(None, title="Access token is good until")

    @field_validator("token_url")
    @classmethod
    def _nothing_secret(cls, url: str) -> str:
        if "@" in url.partition("://")[2].partition("/")[0] or "#" in url:
            raise ValueError("the address holds no user and no fragment; the client's name and secret are given apart")
        return url


class Kind:
    """Lends the access token, renewed when it is about to run out."""

    def prepare(self, settings: Settings) -> Prepared:
        """Keep the grant; without an access token, or its end, the first use fetches one."""
        secret = {"refresh_token": settings.refresh_token.get_secret_value()}
        for member in ("client_secret", "access_token"):
            value = getattr(settings, member)
            if value is not None:
                secret[member] = value.get_secret_value()
        for member, text in secret.items():
            if not (text.isprintable() and text.isascii()):
                raise SecretInvalid(member, "It is printable ASCII")
        ends = settings.access_expires_at if settings.access_token is not None else None
        public = {
            "token_url": settings.token_url,
            "client_id": settings.client_id,
            "client_login": settings.client_login,
            "scopes": settings.scopes,
            "access_expires_at": ends.isoformat() if ends else None,
        }
        return Prepared(public, secret)

    def lent(self, held: Held, _wanted: Wanted) -> Bearer:
        """Lend the access token."""
        return Bearer(held.secret["access_token"], _ends(held))

    def is_due(self, held: Held, now: datetime) -> bool:
        """Say whether there is no access token, or one that ends soon."""
        ends = _ends(held)
        return "access_token" not in held.secret or ends is None or ends <= now + timedelta(seconds=EARLY_SECONDS)

    async def renew(self, http: GuardedClient, held: Held, now: datetime) -> Prepared:
        """Ask for the next access token; a refresh token that comes with it takes the place of ours."""
        form = {"grant_type": "refresh_token", "refresh_token": held.secret["refresh_token"]}
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        client_id, client_secret = held.public["client_id"], held.secret.get("client_secret")
        if client_secret is not None and held.public["client_login"] == "basic":
            pair = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        else:
            form |= {"client_id": client_id} | ({"client_secret": client_secret} if client_secret else {})
        answer = await http.request(
            "POST",
            held.public["token_url"],
            headers=headers,
            content=urlencode(form).encode(),
            max_bytes=_LARGEST_BYTES,
            timeout_seconds=_SECONDS,
        )
        said = _json(answer.body)
        if answer.status != 200:
            error = said.get("error")
            if answer.status in (400, 401, 403) and error in _REFUSALS:
                raise ReauthRequired(f"{held.name}: the service says {error}")
            raise RemoteProblem(f"the token service of {held.name} answers with status {answer.status}")
        token = said.get("access_token")
        if not (isinstance(token, str) and token and str(said.get("token_type", "bearer")).lower() == "bearer"):
            raise RemoteProblem(f"the token service of {held.name} gives no bearer token")
        secret = held.secret | {"access_token": token}
        if isinstance(following := said.get("refresh_token"), str) and following:
            secret["refresh_token"] = following
        ends = now + timedelta(seconds=_seconds(said.get("expires_in")))
        return Prepared(held.public | {"access_expires_at": ends.isoformat()}, secret)


def probe() -> str | None:
    """Return why this driver cannot be used here; it always can."""
    return None


def _ends(held: Held) -> datetime | None:
    ends = held.public.get("access_expires_at")
    return datetime.fromisoformat(ends) if ends else None


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

"""A key of a Google service account, which short-lived access tokens are had for (RFC 7523, section 2.1)."""

import asyncio
import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from app.kernel.http import GuardedClient, RemoteProblem
from app.modules.credentials.kind import Held, Prepared, ReauthRequired, SecretInvalid, Wanted
from app.modules.credentials.kind._oauth_tokens import ask, kept
from app.modules.credentials.secrets import Bearer

EARLY_SECONDS = 60
_LASTS_SECONDS = 3600  # the longest Google takes ("Using OAuth 2.0 for Server to Server Applications")
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Settings(BaseModel):
    """The key file as Google gives it, and what it is good for."""

    model_config = ConfigDict(extra="forbid")
    key: SecretStr = Field(title="Key file", description="The JSON that Google gives", min_length=2, max_length=20_000)
    scopes: list[str] = Field(
        ["https://www.googleapis.com/auth/devstorage.read_write"], title="Scopes", min_length=1, max_length=20
    )


class Kind:
    """Lends an access token, renewed when it is about to run out."""

    def prepare(self, settings: Settings) -> Prepared:
        """Keep the account and its key; the first use fetches a token."""
        try:
            said = orjson.loads(settings.key.get_secret_value())
            account, token_url, pem = said["client_email"], said["token_uri"], said["private_key"]
            key = load_pem_private_key(pem.encode(), None)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise SecretInvalid("key", "It is not the JSON key file of a service account") from error
        if not isinstance(key, rsa.RSAPrivateKey) or not isinstance(account, str) or not isinstance(token_url, str):
            raise SecretInvalid("key", "It is not the JSON key file of a service account")
        if not token_url.startswith(("https://", "http://")) or not all(s.isprintable() for s in settings.scopes):
            raise SecretInvalid("key", "Its token_uri is no address")
        public = {"account": account, "token_url": token_url, "scopes": settings.scopes, "access_expires_at": None}
        public["key_id"] = str(said.get("private_key_id", ""))[:200]
        return Prepared(public, {"private_key": pem})

    def lent(self, held: Held, _wanted: Wanted) -> Bearer:
        """Lend the access token."""
        return Bearer(held.secret["access_token"], _ends(held))

    def can_renew(self, _held: Held) -> bool:
        """Say that there is a key to have tokens for."""
        return True

    def is_due(self, held: Held, now: datetime) -> bool:
        """Say whether there is no access token, or one that ends soon."""
        ends = _ends(held)
        return "access_token" not in held.secret or ends is None or ends <= now + timedelta(seconds=EARLY_SECONDS)

    async def renew(self, http: GuardedClient, held: Held, now: datetime) -> Prepared:
        """Ask for the next access token."""
        assertion = await asyncio.to_thread(_signed, held, now)
        status, said = await ask(http, held, {"grant_type": _GRANT, "assertion": assertion})
        if status in (400, 401, 403):
            raise ReauthRequired(f"{held.name}: the service says {str(said.get('error', status))[:100]}")
        if status != 200:
            raise RemoteProblem(f"the token service of {held.name} answers with status {status}")
        said.setdefault("expires_in", _LASTS_SECONDS)
        found = kept(held, said, {"private_key": held.secret["private_key"]}, now)
        if found is None:
            raise RemoteProblem(f"the token service of {held.name} gives no bearer token")
        return found


def probe() -> str | None:
    """Return why this driver cannot be used here; it always can."""
    return None


def _signed(held: Held, now: datetime) -> str:
    """Return the account's word for itself, as a JWT (RFC 7519) signed with RS256."""
    begins = int(now.timestamp())
    claims = {
        "iss": held.public["account"],
        "scope": " ".join(held.public["scopes"]),
        "aud": held.public["token_url"],
        "iat": begins,
        "exp": begins + _LASTS_SECONDS,
    }
    header = {"alg": "RS256", "typ": "JWT", **({"kid": held.public["key_id"]} if held.public.get("key_id") else {})}
    text = f"{_encoded(header)}.{_encoded(claims)}"
    key = load_pem_private_key(held.secret["private_key"].encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)  # prepare() took no other
    return f"{text}.{_base64(key.sign(text.encode(), padding.PKCS1v15(), SHA256()))}"


def _encoded(value: Mapping[str, Any]) -> str:
    return _base64(orjson.dumps(value))


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _ends(held: Held) -> datetime | None:
    ends = held.public.get("access_expires_at")
    return datetime.fromisoformat(ends) if ends else None

"""What an ID token has to say to be believed (OpenID Connect Core 1.0, 3.1.3.7), and what PKCE sends."""

import base64
import hashlib
import hmac
import math
import time
from typing import Any, TypeGuard

from app.modules.accounts.login_errors import ProviderRefused

SKEW_SECONDS = 60.0
OLDEST_SECONDS = 600.0 + SKEW_SECONDS  # a token is made while the login is under way
LONGEST_SUBJECT = 255


def challenge_of(verifier: str) -> str:
    """Return the S256 code challenge (RFC 7636, 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def require_same(found: object, wanted: str, what: str) -> None:
    """Raise ProviderRefused (401) unless ``found`` is ``wanted``, in constant time."""
    if not isinstance(found, str) or not hmac.compare_digest(found.encode(errors="replace"), wanted.encode()):
        raise ProviderRefused(f"Wrong: {what}")


def require_claims(claims: Any, *, issuer: str, client_id: str, nonce: str) -> dict[str, Any]:
    """Return the claims of an ID token if ``issuer`` made them for this login. Raises ProviderRefused (401)."""
    if not isinstance(claims, dict):
        raise ProviderRefused("Its ID token holds no claims")
    require_same(claims.get("iss"), issuer, "the issuer of its ID token")
    audience = claims.get("aud")
    audience = [audience] if isinstance(audience, str) else audience
    if not isinstance(audience, list) or client_id not in audience:
        raise ProviderRefused("Wrong: whom its ID token is for")
    if len(audience) > 1 or "azp" in claims:
        require_same(claims.get("azp"), client_id, "who asked for its ID token")
    require_same(claims.get("nonce"), nonce, "the login its ID token was made for")
    _require_times(claims)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise ProviderRefused("Its ID token names nobody")
    return claims


def _require_times(claims: dict[str, Any]) -> None:
    # The provider's clock against ours: there is no other for tokens made elsewhere.
    now = time.time()
    made_at, ends_at, begins_at = (claims.get(name) for name in ("iat", "exp", "nbf"))
    if not _is_time(ends_at) or now >= ends_at + SKEW_SECONDS:
        raise ProviderRefused("Its ID token is too old")
    if not _is_time(made_at) or not now - OLDEST_SECONDS < made_at <= now + SKEW_SECONDS:
        raise ProviderRefused("Its ID token was not made now")
    if begins_at is not None and not (_is_time(begins_at) and begins_at <= now + SKEW_SECONDS):
        raise ProviderRefused("Its ID token is not good yet")


def _is_time(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)

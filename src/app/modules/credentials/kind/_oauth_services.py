"""What is known of services people often let us in to; the client id and secret are had there, for each house."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

OTHER = "other"
ServiceName = Literal["other", "dropbox", "google", "github"]


@dataclass(frozen=True)
class Service:
    """Where a service asks people, where it gives tokens, and what it wants to be asked for a lasting grant."""

    authorization_url: str
    token_url: str
    issuer: str | None = None
    asks: Mapping[str, str] = field(default_factory=dict)


# Sources, read 2026-11: Dropbox "OAuth Guide", Google "Using OAuth 2.0 for Web Server Applications",
# GitHub "Authorizing OAuth apps".
SERVICES: Mapping[str, Service] = {
    "dropbox": Service(
        "https://www.dropbox.com/oauth2/authorize",
        "https://api.dropboxapi.com/oauth2/token",
        asks={"token_access_type": "offline"},
    ),
    # Without prompt=consent, who consented before gets an answer that has no refresh token.
    "google": Service(
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        issuer="https://accounts.google.com",
        asks={"access_type": "offline", "prompt": "consent"},
    ),
    "github": Service("https://github.com/login/oauth/authorize", "https://github.com/login/oauth/access_token"),
}


def redirect_name(service: str, authorization_url: str) -> str:
    """Return what the redirect address calls a service.

    Each has one of its own, so that one cannot pass on an answer another gave (mix-up, RFC 9700, 4.4.2.2).
    """
    return service if service != OTHER else f"{OTHER}-{hashlib.sha256(authorization_url.encode()).hexdigest()[:32]}"

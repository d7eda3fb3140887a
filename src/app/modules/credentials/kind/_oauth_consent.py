"""Asking a person at the service, and what their answer has to hold.

Written against RFC 6749, 4.1 (code), RFC 7636 (PKCE), RFC 9207 (issuer in the answer), RFC 9700 (best current practice)
and, where `openid` is among the scopes, OpenID Connect Core 1.0.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from app.kernel.http import RemoteProblem
from app.kernel.redaction import redact_text
from app.modules import accounts
from app.modules.credentials.errors import ConsentRefused
from app.modules.credentials.kind import Answer, Consent, Held
from app.modules.credentials.kind._oauth_services import SERVICES

RESERVED = frozenset(
    {
        "response_type",
        "response_mode",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "request",
        "request_uri",
    }
)
_LONGEST_SAID = 300


def page_of(held: Held, consent: Consent) -> str:
    """Return the address of the page that asks a person."""
    scopes: list[str] = held.public["scopes"]
    query = {
        "response_type": "code",
        "client_id": held.public["client_id"],
        "redirect_uri": consent.redirect_address,
        "state": consent.state,
        "code_challenge": accounts.challenge_of(consent.verifier),
        "code_challenge_method": "S256",
    }
    if scopes:
        query["scope"] = " ".join(scopes)
    if "openid" in scopes:
        query["nonce"] = consent.nonce
    if (service := SERVICES.get(held.public["service"])) is not None:
        query |= service.asks
    page: str = held.public["authorization_url"]
    return f"{page}{'&' if urlsplit(page).query else '?'}{urlencode(query)}"


def code_of(held: Held, answer: Answer) -> str:
    """Return the code of a person's answer. Raises ConsentRefused (409)."""
    issuer = held.public["issuer"]
    # Only what a person gave is always named in answers; of a known service we know its name and not that it says so.
    named = held.public["service"] not in SERVICES
    if issuer is not None and (answer.iss is not None or named) and answer.iss != issuer:
        raise ConsentRefused(f"{held.name}: the answer is another issuer's than {issuer}")
    if answer.error is not None:
        raise ConsentRefused(f"{held.name}: the service says {_shown(answer.error, answer.error_description)}")
    if answer.code is None:
        raise ConsentRefused(f"{held.name}: the answer has no code")
    return answer.code


def account_of(held: Held, consent: Consent, status: int, said: Mapping[str, Any]) -> str | None:
    """Return whose account the tokens open, as far as the service tells.

    Raises ConsentRefused (409) when it gave none for the code, RemoteProblem (502) when it is in trouble.
    """
    error = said.get("error")
    # GitHub refuses with status 200.
    if isinstance(error, str) and status in (200, 400, 401, 403):
        raise ConsentRefused(f"{held.name}: the service says {_shown(error, said.get('error_description'))}")
    if status != 200:
        raise RemoteProblem(f"the token service of {held.name} answers with status {status}")
    if "openid" not in held.public["scopes"]:
        return None
    issuer = held.public["issuer"]
    claims = _claims(said.get("id_token"))
    try:
        # The token comes straight from the token endpoint, whose name TLS has checked, so its signature says no more
        # than that already does (OpenID Connect Core 1.0, 3.1.3.7, 6).
        checked = accounts.require_claims(
            claims,
            issuer=issuer if issuer is not None else str(claims.get("iss")),
            client_id=held.public["client_id"],
            nonce=consent.nonce,
        )
    except accounts.ProviderRefused as refusal:
        raise ConsentRefused(f"{held.name}: {refusal.detail}") from refusal
    email = checked.get("email")
    account: str = email if isinstance(email, str) and email else checked["sub"]
    return account[:254] if account.isprintable() else None


def _claims(token: object) -> dict[str, Any]:
    try:
        part = str(token).split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, IndexError, UnicodeError):
        claims = None
    if not isinstance(claims, dict):
        raise ConsentRefused("The service gave no ID token, although the scope openid was asked for")
    return claims


def _shown(error: str, description: object) -> str:
    said = f"{error}: {description}" if isinstance(description, str) and description else error
    # It may have quoted what it was sent; looked for before it is cut.
    return "".join(letter if letter.isprintable() else " " for letter in redact_text(said))[:_LONGEST_SAID]

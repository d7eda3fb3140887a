"""How the signature of an ID token is checked (OpenID Connect Core 1.0, 3.1.3.7)."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.modules.accounts.id_token import require_claims
from app.modules.accounts.login_errors import ProviderRefused

# Signatures by a key that only the provider has. Never "none", and none made with the client secret (HS256): who knows
# that secret could make tokens, and a public key passed off as one is the classic confusion of algorithms.
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
LONGEST_TOKEN = 64 * 1024


def header_of(token: str) -> dict[str, Any]:
    """Return a token's header, unverified, to find its key. Raises ProviderRefused (401)."""
    try:
        head = token.split(".")[0]
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, UnicodeError):
        header = None
    if len(token) > LONGEST_TOKEN or not isinstance(header, dict):
        raise ProviderRefused("Its ID token is none")
    return header


def verified_claims(
    token: str, keys: KeySet, *, issuer: str, client_id: str, nonce: str, algorithms: Sequence[str]
) -> dict[str, Any]:
    """Return the claims of an ID token made by ``issuer`` for this login. Raises ProviderRefused (401)."""
    if header_of(token).get("alg") not in algorithms:
        raise ProviderRefused("Wrong: the algorithm its ID token is signed with")
    try:
        payload = jws.deserialize_compact(token, keys, algorithms=list(algorithms)).payload
        claims = json.loads(payload)
    except (JoseError, ValueError) as error:
        raise ProviderRefused("Wrong: the signature of its ID token") from error
    return require_claims(claims, issuer=issuer, client_id=client_id, nonce=nonce)

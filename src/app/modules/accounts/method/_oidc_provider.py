"""One provider over the network: its discovery document, its keys, and the exchange of a code for tokens.

Through the guarded client: the issuer's own host may be private, because an administrator named it; whatever else the
discovery document names has to be public or admitted by ``egress.allow``.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.kernel.http import GuardedClient, RemoteResponse
from app.kernel.node import Node
from app.modules.accounts.login_errors import ProviderRefused
from app.modules.accounts.login_settings import LOOPBACK, OidcProvider
from app.modules.accounts.method._oidc_claims import SIGNATURES, header_of

DISCOVERED_SECONDS = 3600.0
KEYS_AGAIN_SECONDS = 30.0  # so often at most an unknown key id makes us ask for keys anew
DOCUMENT_BYTES = 1024**2
TIMEOUT_SECONDS = 15.0


@dataclass(frozen=True)
class Metadata:
    """What a discovery document says (OpenID Connect Discovery 1.0, 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    algorithms: tuple[str, ...]
    basic: bool
    says_issuer: bool


@dataclass(frozen=True)
class Tokens:
    """What a code was exchanged for."""

    id_token: str
    access_token: str


class Provider:
    """Asks one provider. What it says about itself is kept for an hour."""

    def __init__(self, settings: OidcProvider, node: Node) -> None:
        self._settings = settings
        self._clock = node.clock
        egress = node.settings.kernel.egress
        parts = urlsplit(settings.issuer)
        port = parts.port or {"https": 443, "http": 80}[parts.scheme]
        named = egress.model_copy(update={"allow": [*egress.allow, f"{parts.hostname}:{port}"]})
        self._http = GuardedClient(named)
        self._metadata: Metadata | None = None
        self._metadata_at = 0.0
        self._keys: KeySet | None = None
        self._keys_at = 0.0

    async def metadata(self) -> Metadata:
        """Return what the provider says about itself. Raises ProviderRefused (401), RemoteProblem (502)."""
        now = self._clock.monotonic()
        if self._metadata is None or now - self._metadata_at > DISCOVERED_SECONDS:
            address = f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration"
            self._metadata = _read(await self._document("GET", address), self._settings.issuer)
            self._metadata_at = now
        return self._metadata

    async def keys_for(self, id_token: str) -> KeySet:
        """Return the provider's public keys, asked for anew when the token names one that is not among them."""
        key_id = header_of(id_token).get("kid")
        now = self._clock.monotonic()
        known = self._keys is not None and (key_id is None or any(key.kid == key_id for key in self._keys.keys))
        if self._keys is None or now - self._keys_at > (DISCOVERED_SECONDS if known else KEYS_AGAIN_SECONDS):
            document = await self._document("GET", (await self.metadata()).jwks_uri)
            try:
                keys = [key for key in document.get("keys", ()) if key.get("kty") != "oct" and key.get("use") != "enc"]
                self._keys = KeySet.import_key_set({"keys": keys})
            except (JoseError, ValueError, TypeError, AttributeError) as error:
                raise ProviderRefused("Its keys cannot be read") from error
            self._keys_at = now
        return self._keys

    async def exchange(self, code: str, *, redirect_uri: str, verifier: str, secret: str | None) -> Tokens:
        """Spend a code (RFC 6749, 4.1.3). Raises ProviderRefused (401), RemoteProblem (502)."""
        metadata = await self.metadata()
        client_id = self._settings.client_id
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if secret is None:
            form["client_id"] = client_id
        elif metadata.basic:
            pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        else:
            form |= {"client_id": client_id, "client_secret": secret}
        answer = await self._document("POST", metadata.token_endpoint, headers, urlencode(form).encode())
        id_token, access_token = answer.get("id_token"), answer.get("access_token")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise ProviderRefused("It gave no ID token for the code")
        return Tokens(id_token, access_token)

    async def userinfo(self, access_token: str) -> dict[str, Any]:
        """Return further claims. Raises ProviderRefused (401), RemoteProblem (502)."""
        address = (await self.metadata()).userinfo_endpoint
        assert address is not None
        return await self._document("GET", address, {"Authorization": f"Bearer {access_token}"})

    async def close(self) -> None:
        """Close every connection."""
        await self._http.close()

    async def _document(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> dict[str, Any]:
        answer = await self._http.request(
            method,
            url,
            headers={"Accept": "application/json", **(headers or {})},
            content=content,
            max_bytes=DOCUMENT_BYTES,
            timeout_seconds=TIMEOUT_SECONDS,
        )
        document = _json_of(answer)
        if answer.status != 200:
            error = document.get("error")
            shown = error[:100] if isinstance(error, str) and error.isprintable() else "no reason"
            raise ProviderRefused(f"It answered {answer.status} ({shown}) at {urlsplit(url).path}")
        return document


def _json_of(answer: RemoteResponse) -> dict[str, Any]:
    try:
        document = orjson.loads(answer.body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise ProviderRefused(f"It answered {answer.status} without a document at {urlsplit(answer.url).path}")
    return document


def _read(document: Mapping[str, Any], issuer: str) -> Metadata:
    if document.get("issuer") != issuer:
        raise ProviderRefused(f"It calls itself another issuer than {issuer}: write it exactly as it does")
    supported = _strings(document.get("id_token_signing_alg_values_supported"))
    methods = _strings(document.get("token_endpoint_auth_methods_supported")) or ["client_secret_basic"]
    return Metadata(
        issuer=issuer,
        authorization_endpoint=_address(document, "authorization_endpoint", issuer),
        token_endpoint=_address(document, "token_endpoint", issuer),
        jwks_uri=_address(document, "jwks_uri", issuer),
        userinfo_endpoint=_address(document, "userinfo_endpoint", issuer) if "userinfo_endpoint" in document else None,
        algorithms=tuple(name for name in SIGNATURES if name in supported) or ("RS256",),
        basic="client_secret_basic" in methods,
        says_issuer=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _address(document: Mapping[str, Any], name: str, issuer: str) -> str:
    value = document.get(name)
    parts = urlsplit(value) if isinstance(value, str) else None
    # Plain HTTP only where the issuer itself has no other: on this machine.
    plain = urlsplit(issuer).scheme == "http" and parts is not None and parts.hostname in LOOPBACK
    if parts is None or not (parts.scheme == "https" or (parts.scheme == "http" and plain)) or parts.fragment:
        raise ProviderRefused(f"Its discovery document has no usable {name}")
    return str(value)


def _strings(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []

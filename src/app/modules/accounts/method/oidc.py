"""A provider of OpenID Connect: authorization code with PKCE, state, nonce and issuer checked.

Written against OpenID Connect Core 1.0 (errata 2), Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (issuer in the answer) and
RFC 9700 (best current practice).
"""

from urllib.parse import urlencode, urlsplit

import aiofiles
import aiofiles.os
from pydantic import BaseModel, ConfigDict, Field

from app.kernel.http import RemoteProblem
from app.kernel.node import Node
from app.kernel.redaction import register_secret
from app.modules.accounts.id_token import challenge_of, require_same
from app.modules.accounts.login_errors import IdentityUnknown, ProviderRefused
from app.modules.accounts.login_settings import OidcProvider
from app.modules.accounts.method import Beginning, Flow, Identity, Kind
from app.modules.accounts.method._oidc_claims import verified_claims
from app.modules.accounts.method._oidc_provider import Provider


class Settings(OidcProvider):
    """One provider."""


class Answer(BaseModel):
    """The query of the address the provider led back to (RFC 6749, 4.1.2), without the state."""

    model_config = ConfigDict(extra="ignore")
    code: str | None = Field(None, min_length=1, max_length=4096)
    iss: str | None = Field(None, max_length=1000)
    error: str | None = Field(None, max_length=200)
    error_description: str | None = Field(None, max_length=1000)


async def probe(settings: Settings) -> str | None:
    """Say why this driver cannot be used here, ``None`` if it can."""
    if settings.client_secret_file is not None and not await aiofiles.os.path.isfile(settings.client_secret_file):
        return f"there is no file {settings.client_secret_file}"
    return None


class Method:
    """Log in at a provider; see the seam for what each method promises."""

    kind: Kind = "redirect"
    guessable = False
    answer = Answer

    def __init__(self, name: str, settings: Settings, node: Node) -> None:
        self.title = settings.title or name
        self._settings = settings
        self._provider = Provider(settings, node)

    def offered(self, _origin: str) -> bool:
        return True

    async def begin(self, flow: Flow) -> Beginning:
        """Return the provider's page. Raises ProviderRefused (401) and what reaching it raises."""
        metadata = await self._provider.metadata()
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": _redirect_uri(flow),
            "scope": " ".join(dict.fromkeys(["openid", *self._settings.scopes])),
            "state": flow.state,
            "nonce": flow.derived("nonce"),
            "code_challenge": challenge_of(flow.derived("verifier")),
            "code_challenge_method": "S256",
        }
        page = metadata.authorization_endpoint
        return Beginning(url=f"{page}{'&' if urlsplit(page).query else '?'}{urlencode(query)}")

    async def finish(self, flow: Flow, answer: Answer) -> Identity:
        """Raises ProviderRefused (401), IdentityUnknown (403) for an address outside the domains let in."""
        metadata = await self._provider.metadata()
        # Against mix-up: an answer of one provider must not spend its code at another (RFC 9207, 2.4).
        if answer.iss is not None or metadata.says_issuer:
            require_same(answer.iss, metadata.issuer, "the issuer in its answer")
        if answer.error is not None:
            raise ProviderRefused(f"It answered {answer.error}: {answer.error_description or 'without saying why'}")
        if answer.code is None:
            raise ProviderRefused("Its answer has no code")
        try:
            tokens = await self._provider.exchange(
                answer.code,
                redirect_uri=_redirect_uri(flow),
                verifier=flow.derived("verifier"),
                secret=await self._secret(),
            )
            keys = await self._provider.keys_for(tokens.id_token)
            claims = verified_claims(
                tokens.id_token,
                keys,
                issuer=metadata.issuer,
                client_id=self._settings.client_id,
                nonce=flow.derived("nonce"),
                algorithms=metadata.algorithms,
            )
            if "email" not in claims and metadata.userinfo_endpoint is not None:
                more = await self._provider.userinfo(tokens.access_token)
                require_same(more.get("sub"), claims["sub"], "the subject of its userinfo")
                claims = {**more, **claims}
        except RemoteProblem as problem:
            raise ProviderRefused(f"It cannot be asked: {problem.detail}") from problem
        identity = Identity(
            issuer=metadata.issuer,
            subject=claims["sub"],
            email=_text(claims.get("email"), 254),
            email_verified=claims.get("email_verified") is True,
            name=_text(claims.get("name"), 200),
        )
        self._require_domain(identity)
        return identity

    async def close(self) -> None:
        await self._provider.close()

    def _require_domain(self, identity: Identity) -> None:
        domains = self._settings.email_domains
        domain = (identity.email or "").lower().rpartition("@")[2]
        if domains and not (identity.email_verified and domain in domains):
            raise IdentityUnknown("Only verified addresses of the domains in accounts.oidc may come in this way")

    async def _secret(self) -> str | None:
        path, given = self._settings.client_secret_file, self._settings.client_secret
        if path is not None:
            async with aiofiles.open(path) as file:
                secret = (await file.read()).strip()
        elif given is not None:
            secret = given.get_secret_value()
        else:
            return None
        register_secret(secret)
        return secret


def _redirect_uri(flow: Flow) -> str:
    return f"{flow.origin}/login/{flow.method}"


def _text(value: object, longest: int) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= longest else None

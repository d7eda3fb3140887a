"""An OAuth 2 grant: an access token, and the refresh token the next one is had for (RFC 6749, sections 5 and 6)."""

from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from app.kernel.http import GuardedClient, RemoteProblem
from app.kernel.instants import Instant
from app.modules.credentials.kind import Answer, Consent, Held, Prepared, ReauthRequired, SecretInvalid, Wanted
from app.modules.credentials.kind._oauth_consent import RESERVED, account_of, code_of, page_of
from app.modules.credentials.kind._oauth_services import OTHER, SERVICES, Service, ServiceName, redirect_name
from app.modules.credentials.kind._oauth_tokens import ask, kept
from app.modules.credentials.secrets import Bearer

EARLY_SECONDS = 60  # so that a token lent now is good for as long as a request takes
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
# RFC 6749, 5.2: what asking again cannot mend. invalid_client also means a client secret that was changed there.
_REFUSALS = ("invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope", "unsupported_grant_type")


class Settings(BaseModel):
    """Which service, as which application, and the grant if there is one; without, it is connected in a browser."""

    model_config = ConfigDict(extra="forbid")
    service: ServiceName = Field("other", title="Service", description="Other: give its addresses below")
    client_id: str = Field(title="Client id", min_length=1, max_length=500, pattern="^[ -~]+$")
    client_secret: SecretStr | None = Field(None, title="Client secret", max_length=2000)
    client_login: Literal["body", "basic"] = Field("body", title="How the client logs in")
    scopes: list[str] = Field([], title="Scopes", max_length=100)
    authorization_url: str | None = Field(
        None,
        title="Authorization address",
        max_length=2000,
        pattern="^https?://",
        description="Where people are asked; needed to connect it in a browser",
        examples=["https://login.example.org/authorize"],
    )
    token_url: str | None = Field(
        None, title="Token address", max_length=2000, pattern="^https?://", examples=["https://login.example.org/token"]
    )
    issuer: str | None = Field(
        None,
        title="Issuer",
        max_length=1000,
        description="If the service names itself in its answers (RFC 9207): only answers that name this are taken",
    )
    refresh_token: SecretStr | None = Field(None, title="Refresh token", min_length=1, max_length=8000)
    access_token: SecretStr | None = Field(None, title="Access token", min_length=1, max_length=8000)
    access_expires_at: Instant | None = Field(None, title="Access token is good until")

    @field_validator("token_url", "authorization_url")
    @classmethod
    def _nothing_secret(cls, url: str | None) -> str | None:
        if url is not None and ("@" in url.partition("://")[2].partition("/")[0] or "#" in url):
            raise ValueError("the address holds no user and no fragment; the client's name and secret are given apart")
        return url

    @field_validator("authorization_url")
    @classmethod
    def _for_people(cls, url: str | None) -> str | None:
        if url is None:
            return None
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise ValueError("people log in there, so it is an https address")
        if taken := sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)} & RESERVED):
            raise ValueError(f"its query does not set {', '.join(taken)}: that is done for each consent")
        return url


class Kind:
    """Lends the access token, renewed when it is about to run out."""

    def prepare(self, settings: Settings) -> Prepared:
        """Keep the grant; without an access token, or its end, the first use fetches one."""
        secret = {}
        for member in ("refresh_token", "client_secret", "access_token"):
            value = getattr(settings, member)
            if value is not None:
                secret[member] = value.get_secret_value()
        for member, text in secret.items():
            if not (text.isprintable() and text.isascii()):
                raise SecretInvalid(member, "It is printable ASCII")
        service = _service(settings)
        granted = "refresh_token" in secret or "access_token" in secret
        if not granted and not service.authorization_url:
            why = "Give one, or the authorization address, so that somebody can connect it"
            raise SecretInvalid("refresh_token", why)
        ends = settings.access_expires_at if settings.access_token is not None else None
        public = {
            "service": settings.service,
            "authorization_url": service.authorization_url or None,
            "token_url": service.token_url,
            "issuer": service.issuer,
            "client_id": settings.client_id,
            "client_login": settings.client_login,
            "scopes": settings.scopes,
            "access_expires_at": ends.isoformat() if ends else None,
        }
        return Prepared(public, secret, lacks=None if granted else "Nobody has connected it yet")

    def lent(self, held: Held, _wanted: Wanted) -> Bearer:
        """Lend the access token."""
        return Bearer(held.secret["access_token"], _ends(held))

    def can_renew(self, held: Held) -> bool:
        """Say whether there is a refresh token. Some services give none, and a token without end (GitHub)."""
        return "refresh_token" in held.secret

    def is_due(self, held: Held, now: datetime) -> bool:
        """Say whether there is no access token, or one that ends soon."""
        ends = _ends(held)
        if "access_token" not in held.secret or ends is None:
            return "access_token" not in held.secret or self.can_renew(held)
        return ends <= now + timedelta(seconds=EARLY_SECONDS)

    async def renew(self, http: GuardedClient, held: Held, now: datetime) -> Prepared:
        """Ask for the next access token; a refresh token that comes with it takes the place of ours."""
        if not self.can_renew(held):
            raise ReauthRequired(f"{held.name}: its token has ended, and the service gave none to renew it with")
        form = {"grant_type": "refresh_token", "refresh_token": held.secret["refresh_token"]}
        status, said = await ask(http, held, form)
        error = said.get("error")
        if error in _REFUSALS and status in (200, 400, 401, 403):
            raise ReauthRequired(f"{held.name}: the service says {error}")
        if status != 200:
            raise RemoteProblem(f"the token service of {held.name} answers with status {status}")
        if (found := kept(held, said, held.secret, now)) is None:
            raise RemoteProblem(f"the token service of {held.name} gives no bearer token")
        return found

    def consents_at(self, public: dict[str, Any]) -> str | None:
        """Return the service's part of the redirect address."""
        page = public.get("authorization_url")
        return redirect_name(public.get("service", OTHER), page) if page else None

    def consent_page(self, held: Held, consent: Consent) -> str:
        """Return the service's page, with what it is asked."""
        return page_of(held, consent)

    async def consented(
        self, http: GuardedClient, held: Held, consent: Consent, answer: Answer, now: datetime
    ) -> Prepared:
        """Exchange the code of a person's answer for tokens; those of the grant before are let go."""
        form = {
            "grant_type": "authorization_code",
            "code": code_of(held, answer),
            "redirect_uri": consent.redirect_address,
            "code_verifier": consent.verifier,
        }
        status, said = await ask(http, held, form)
        account = account_of(held, consent, status, said)
        ours = {name: held.secret[name] for name in ("client_secret",) if name in held.secret}
        if (found := kept(held, said, ours, now)) is None:
            raise RemoteProblem(f"the token service of {held.name} gives no bearer token")
        return Prepared(found.public | {"account": account}, found.secret)


def probe() -> str | None:
    """Return why this driver cannot be used here; it always can."""
    return None


def _service(settings: Settings) -> Service:
    given = {
        "authorization_url": settings.authorization_url,
        "token_url": settings.token_url,
        "issuer": settings.issuer,
    }
    if settings.service == OTHER:
        if settings.token_url is None:
            raise SecretInvalid("token_url", "Where does the service give tokens?")
        return Service(settings.authorization_url or "", settings.token_url, settings.issuer)
    known = SERVICES[settings.service]
    for member, value in given.items():
        if value not in (None, getattr(known, member)):
            raise SecretInvalid(
                member, f"That of {settings.service} is known; leave it out, or choose the service other"
            )
    return known


def _ends(held: Held) -> datetime | None:
    ends = held.public.get("access_expires_at")
    return datetime.fromisoformat(ends) if ends else None

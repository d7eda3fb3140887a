"""Settings of logins: which methods are on, providers of OpenID Connect, and how mail leaves."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, field_validator, model_validator

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
ProviderName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,30}$")]


class OidcProvider(BaseModel):
    """A provider of OpenID Connect, ``[accounts.oidc.NAME]``. Its redirect address here is ``/login/NAME``."""

    model_config = ConfigDict(extra="forbid")
    issuer: str = Field(description="Its issuer address, exactly as its discovery document names it")
    title: str | None = Field(None, max_length=50, description="What the login page calls it; default: its NAME")
    client_id: str = Field(min_length=1, description="What it calls this server")
    client_secret: SecretStr | None = Field(None, description="Better: client_secret_file. Without: a public client")
    client_secret_file: Path | None = Field(None, description="File that holds the client secret")
    scopes: list[str] = Field(["openid", "email", "profile"], description="What is asked for; openid always is")
    email_domains: list[str] = Field([], description="Only addresses in these domains may come in; empty: all")
    sign_up: bool = Field(False, description="Make an account for whoever the provider vouches for")
    role: Literal["viewer", "runner", "operator", "admin"] = Field("viewer", description="Role of accounts made so")
    link_by_email: bool = Field(
        False, description="Let in the user with the same address when both the provider and we have verified it"
    )

    @field_validator("issuer")
    @classmethod
    def _has_tls(cls, issuer: str) -> str:
        parts = urlsplit(issuer)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ValueError("an issuer is an https address")
        if parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError("an issuer has no query, no fragment and no user name")
        return issuer

    @field_validator("email_domains")
    @classmethod
    def _in_lower_case(cls, domains: list[str]) -> list[str]:
        return [domain.strip().lower().removeprefix("@") for domain in domains]

    @model_validator(mode="after")
    def _one_secret(self) -> "OidcProvider":
        if self.client_secret is not None and self.client_secret_file is not None:
            raise ValueError("give client_secret or client_secret_file, not both")
        return self


class MailSettings(BaseModel):
    """How mail leaves: printed on the server's console, or handed to a mail server by SMTP."""

    model_config = ConfigDict(extra="forbid")
    backend: Literal["console", "smtp"] = Field("console", description="console prints mail where the server runs")
    host: str = Field("localhost", description="Mail server")
    port: int = Field(587, ge=1, le=65535, description="Its port: 587 with starttls, 465 with tls")
    security: Literal["starttls", "tls", "none"] = Field("starttls", description="none only on a trusted network")
    username: str | None = Field(None, description="Who logs in there; unset: nobody")
    password: SecretStr | None = Field(None, description="Better: STORMBELL_ACCOUNTS_MAIL_PASSWORD_FILE")
    sender: str = Field("stormbell@localhost", description="From address", pattern=r"^[^\s@<>]+@[^\s@<>]+$")
    timeout_seconds: float = Field(30.0, gt=0, description="For one conversation with the mail server")

    @model_validator(mode="after")
    def _no_password_in_the_clear(self) -> "MailSettings":
        if self.username is not None and self.security == "none" and self.host not in LOOPBACK:
            raise ValueError("without TLS the password would go out in the clear; set security to starttls or tls")
        return self

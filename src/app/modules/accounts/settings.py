"""Settings of this module."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.kernel.settings import CommaList
from app.modules.accounts.login_settings import MailSettings, OidcProvider, ProviderName

DAY = 86_400


class AccountsSettings(BaseModel):
    """Who may come in, how, and for how long."""

    model_config = ConfigDict(extra="forbid")
    session_idle_seconds: int = Field(7 * DAY, ge=60, description="A session ends after so long without a request")
    session_seconds: int = Field(30 * DAY, ge=60, description="A session ends so long after login, whatever happens")
    recent_login_seconds: int = Field(
        300, ge=30, le=3600, description="How long after a login, or a proof, ways in can be added and removed"
    )
    setup_link_seconds: int = Field(DAY, ge=60, description="How long the link that creates the owner works")
    login_methods: CommaList = Field(["password", "passkey"], description="Ways to log in that are on, beside oidc")
    method_settings: dict[str, dict[str, Any]] = Field({}, description="What a login method wants to know, by its name")
    oidc: dict[ProviderName, OidcProvider] = Field({}, description="Providers of OpenID Connect, by a name of yours")
    code_seconds: int = Field(3600, ge=60, le=3600, description="How long a code sent by mail works")
    mail: MailSettings = Field(default_factory=MailSettings)
    share_new_with: Literal["nobody", "everyone"] = Field(
        "nobody", description="Who sees what somebody makes until its owner says otherwise, beside operators"
    )
    sign_up: bool = Field(False, description="Anybody may ask for an account; an administrator lets them in")
    invitation_seconds: int = Field(DAY, ge=60, le=DAY, description="How long an invitation works")
    login_history_days: int = Field(180, ge=1, description="How long logins and failed attempts are remembered")
    export_seconds: int = Field(DAY, ge=60, le=7 * DAY, description="How long an archive of one's data can be fetched")

    @model_validator(mode="after")
    def _names_differ(self) -> "AccountsSettings":
        both = sorted(set(self.login_methods) & set(self.oidc))
        if both:
            raise ValueError(f"{both[0]} is a login method already; give the provider another name")
        return self

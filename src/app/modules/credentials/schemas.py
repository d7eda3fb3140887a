"""What crosses HTTP and the front door. Secrets come in and never go out."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.kernel.instants import Instant

Name = Annotated[
    str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$", examples=["heron login"])
]
Days = Annotated[
    int, Field(strict=True, ge=1, le=3650, description="Remind of replacing it this many days after it was")
]
CredentialStatus = Literal["ready", "reauth_required", "expired"]
# Written out in the document as what a person gives and the server never shows.
SecretSettings = Annotated[
    dict[str, Any],
    Field(
        description="What the kind's settings_schema asks for (GET /drivers, kind credentials.kind); never shown again",
        json_schema_extra={"writeOnly": True},
        repr=False,
    ),
]


class CredentialCreate(BaseModel):
    """A credential to keep."""

    model_config = ConfigDict(extra="forbid")
    name: Name
    kind: str = Field(max_length=100, examples=["password", "bearer", "ssh_key", "ssh_ca", "oauth", "s3"])
    settings: SecretSettings = {}
    expires_at: Instant | None = Field(None, description="It is refused after this, and you are reminded before")
    replace_after_days: Days | None = None


class CredentialChange(BaseModel):
    """What to change about a credential; members left out stay."""

    model_config = ConfigDict(extra="forbid")
    name: Name | None = None
    expires_at: Instant | None = None
    replace_after_days: Days | None = None


class CredentialReplace(BaseModel):
    """What takes the place of the secret; the kind stays."""

    model_config = ConfigDict(extra="forbid")
    settings: SecretSettings = {}
    expires_at: Instant | None = Field(None, description="Of the new one; left out, it does not expire")


class CredentialView(BaseModel):
    """A credential without its secret."""

    model_config = ConfigDict(title="Credential", from_attributes=True)
    id: str
    name: str
    kind: str
    owner_id: str
    public: dict[str, Any] = Field(description="What may be seen: user name, public key, address")
    status: CredentialStatus
    state_text: str | None = None
    created_at: datetime
    replaced_at: datetime
    renewed_at: datetime | None = None
    expires_at: datetime | None = None
    replace_after_days: int | None = None
    last_used_at: datetime | None = None
    last_used_by: str | None = Field(None, description="Id of the user whose work used it")
    tested_at: datetime | None = None
    test_passed: bool | None = None
    test_text: str | None = None
    connect_path: str | None = Field(
        None,
        description="Where on this server its service leads back to: can be connected in a browser",
        examples=["/connect/dropbox"],
    )


class CredentialUseView(BaseModel):
    """Uses of one credential by one user for one purpose within an hour."""

    model_config = ConfigDict(title="CredentialUse", from_attributes=True)
    user_id: str
    purpose: str
    node: str
    first_at: datetime
    last_at: datetime
    count: int


class CredentialTestStarted(BaseModel):
    """The job that tries a credential; its end shows on the credential."""

    job_id: str


class CertificateWanted(BaseModel):
    """A certificate to sign with a credential of the kind ssh_ca."""

    model_config = ConfigDict(extra="forbid")
    public_key: str = Field(max_length=10_000, examples=["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI…"])
    users: list[Annotated[str, Field(max_length=64)]] = Field(
        [], max_length=50, description="User names on the other side; left out, the authority's first"
    )
    seconds: int | None = Field(None, strict=True, ge=60, description="Left out, the authority's longest")


class CertificateView(BaseModel):
    """A signed certificate: save it beside the private key, as id_ed25519-cert.pub."""

    certificate: str


class VaultKeyView(BaseModel):
    """One key of the vault's ring."""

    model_config = ConfigDict(title="VaultKey")
    id: str
    state: Literal["coming", "sealing", "replaced", "retired"] = Field(
        description="coming: seals as soon as every node has it; replaced: something is still sealed with it"
    )
    sealed_count: int = Field(description="Values sealed with it")
    file_key: str = Field(description="Which key of the key file opens it")
    created_at: datetime


class VaultKeyList(BaseModel):
    """The ring, newest first."""

    items: list[VaultKeyView]
    key_file: str = Field(description="Where this node has its file key from")


class RotationStarted(BaseModel):
    """The job that seals everything anew."""

    job_id: str
    key_id: str

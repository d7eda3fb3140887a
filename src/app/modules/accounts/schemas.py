"""What crosses HTTP."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from app.kernel.instants import Instant
from app.modules.accounts.passwords import LONGEST, SHORTEST

RoleName = Literal["viewer", "runner", "operator", "admin", "owner"]
Email = Annotated[str, Field(max_length=254, examples=["ada@example.org"])]


def _is_text(secret: SecretStr) -> SecretStr:
    # Pydantic lets half a surrogate pair ("\ud800" in JSON) through here, and it cannot be encoded to be hashed.
    try:
        secret.get_secret_value().encode()
    except UnicodeEncodeError:
        raise ValueError("It holds half a surrogate pair, which is no character") from None
    return secret


Password = Annotated[SecretStr, AfterValidator(_is_text)]
# Where there may be none: a length cannot be asked of null.
PresentPassword = Annotated[Password, Field(max_length=LONGEST)]
TokenName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")
]


# What becomes of passkeys and linked accounts when a password is set: app.modules.accounts.other_ways.
OtherWaysField = Annotated[
    Literal["keep", "remove"] | None,
    Field(description="Whether passkeys and linked accounts stay; left out while there are some: 409 names them"),
]


class SetupView(BaseModel):
    """Whether the owner has still to be created."""

    needed: bool


class SetupComplete(BaseModel):
    """The owner to be, with the token of the setup link."""

    model_config = ConfigDict(extra="forbid")
    token: str = Field(max_length=100, description="From the link the server printed")
    email: Email
    name: str = Field(max_length=100)
    password: Password = Field(min_length=SHORTEST, max_length=LONGEST)


class LogIn(BaseModel):
    """An email address and its password."""

    model_config = ConfigDict(extra="forbid")
    email: Email
    password: Password = Field(max_length=LONGEST)


class SessionProof(BaseModel):
    """The password of who is logged in."""

    model_config = ConfigDict(extra="forbid")
    password: Password = Field(max_length=LONGEST)


class UserBrief(BaseModel):
    """Who somebody is."""

    model_config = ConfigDict(from_attributes=True)
    id: str
    email: str
    name: str
    role: RoleName


class UserView(UserBrief):
    """A user, for administrators."""

    created_at: datetime
    disabled_at: datetime | None


class SessionView(BaseModel):
    """The caller: who, with which role, narrowed to which operations, until when."""

    user: UserBrief
    role: RoleName
    roles: list[RoleName] = Field(description="The role and those it includes, least first", examples=[["viewer"]])
    scopes: list[str] = Field(description="operationIds, or `*` for all the role allows")
    expires_at: datetime | None = Field(description="null: the token has no expiry")


class SessionItem(BaseModel):
    """One login of the caller."""

    model_config = ConfigDict(from_attributes=True)
    id: str
    created_at: datetime
    last_seen_at: datetime = Field(description="To the minute")
    expires_at: datetime
    user_agent: str | None
    ip: str | None
    method: str = Field(description="How it was logged in: the name of a login method", examples=["password"])
    current: bool = Field(description="It is the one this request was made in")


class TokenCreate(BaseModel):
    """An API token to make."""

    model_config = ConfigDict(extra="forbid")
    name: TokenName = Field(description="What uses it", examples=["nightly export"])
    scopes: list[Annotated[str, Field(max_length=500)]] | None = Field(
        None, min_length=1, max_length=500, description="operationIds or `*`; default: all the caller may do"
    )
    expires_at: Instant | None = None


class TokenView(BaseModel):
    """An API token; its secret was shown when it was made."""

    model_config = ConfigDict(from_attributes=True)
    id: str
    name: str
    prefix: str = Field(description="How it begins, to recognise it", examples=["sb_4fT9aQ"])
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="To the minute")


class TokenMade(TokenView):
    """A new API token, with its secret, which cannot be had again."""

    token: str = Field(description="Send it as `Authorization: Bearer …`")

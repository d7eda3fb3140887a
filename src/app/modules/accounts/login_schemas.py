"""What crosses HTTP about ways to log in."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.modules.accounts.flows import LONGEST_PATH
from app.modules.accounts.passwords import ADVISED, LONGEST, SHORTEST
from app.modules.accounts.schemas import Email, OtherWaysField, Password, SessionView

MethodName = Annotated[str, Field(max_length=50, examples=["password", "passkey", "example-university"])]


class LoginMethodView(BaseModel):
    """One way to log in."""

    model_config = ConfigDict(from_attributes=True)
    name: str = Field(examples=["example-university"])
    title: str = Field(description="What to write on the button", examples=["Example University"])
    kind: Literal["form", "redirect", "passkey"] = Field(
        description="form: ask for email and password, `POST /sessions`. redirect and passkey: `POST /logins`"
    )


class PasswordRules(BaseModel):
    """What passwords are taken. They may hold any character; common ones are refused."""

    shortest: int = SHORTEST
    advised: int = Field(ADVISED, description="Characters from which on a password is good")
    longest: int = LONGEST


class LoginMethodList(BaseModel):
    """The ways to log in from where the request came from."""

    items: list[LoginMethodView]
    password: PasswordRules = Field(default_factory=PasswordRules)
    resets: bool = Field(description="A forgotten password can be reset by mail: `POST /password-resets`")
    sign_up: bool = Field(description="Anybody may ask for an account: `POST /sign-ups`")


class LoginBegin(BaseModel):
    """A login to begin in this browser."""

    model_config = ConfigDict(extra="forbid")
    method: MethodName
    next: str = Field("/", max_length=LONGEST_PATH, description="Page to go to afterwards: a path with one slash first")


class LoginBegun(BaseModel):
    """What the browser is to do now. It is bound to this browser by a cookie, and over in ten minutes."""

    method: str
    state: str = Field(description="To be sent back with the answer")
    url: str | None = Field(None, description="redirect: open it; the provider leads back to `/login/METHOD`")
    public_key: dict[str, Any] | None = Field(
        None, description="passkey: for `PublicKeyCredential.parseRequestOptionsFromJSON` or `…CreationOptions…`"
    )


class LoginFinish(BaseModel):
    """The answer that ends what was begun."""

    model_config = ConfigDict(extra="forbid")
    method: MethodName
    state: str = Field(max_length=100)
    answer: dict[str, Any] = Field(
        description="redirect: what the provider put into the address it led to. passkey: `credential.toJSON()`",
        examples=[{"code": "…", "iss": "https://login.example.edu"}],
    )


class LoginDone(SessionView):
    """The new session, and where to go."""

    next: str = Field(description="The page that was asked for when the login began")


class IdentityBegin(BaseModel):
    """A further way to log in, to add to the caller's."""

    model_config = ConfigDict(extra="forbid")
    method: MethodName
    next: str = Field("/", max_length=LONGEST_PATH, description="Page to go to afterwards")


class IdentityView(BaseModel):
    """A way to log in that the caller has added, beside the password."""

    model_config = ConfigDict(from_attributes=True)
    id: str
    sort: Literal["provider", "passkey"]
    method: str
    name: str = Field(description="Of a passkey as the caller named it, of a provider's account its address")
    created_at: datetime
    last_used_at: datetime | None


class IdentityList(BaseModel):
    """All of them, oldest first."""

    items: list[IdentityView]
    has_password: bool


class IdentityChange(BaseModel):
    """Another name for a passkey."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")
    ]


class PasswordReset(BaseModel):
    """Whose password is forgotten."""

    model_config = ConfigDict(extra="forbid")
    email: Email


class PasswordResetRedeem(BaseModel):
    """The code from the mail, and the password from now on."""

    model_config = ConfigDict(extra="forbid")
    code: str = Field(max_length=100)
    password: Password = Field(min_length=SHORTEST, max_length=LONGEST)
    other_ways: OtherWaysField = None


class EmailVerificationRedeem(BaseModel):
    """The code from the mail."""

    model_config = ConfigDict(extra="forbid")
    code: str = Field(max_length=100)

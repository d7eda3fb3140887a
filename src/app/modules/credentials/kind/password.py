"""A user name and a password, such as for HTTP's Basic scheme (RFC 7617)."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from app.modules.credentials.kind import Held, Prepared, SecretInvalid, Wanted
from app.modules.credentials.secrets import Password


class Settings(BaseModel):
    """Who logs in, and with what."""

    model_config = ConfigDict(extra="forbid")
    user: str = Field(title="User name", min_length=1, max_length=200, pattern=r"^[^\x00-\x1f:]+$", examples=["ada"])
    password: SecretStr = Field(title="Password", min_length=1, max_length=4000)


class Kind:
    """Lends the name and the password."""

    def prepare(self, settings: Settings) -> Prepared:
        """Keep both."""
        password = settings.password.get_secret_value()
        if any(ord(character) < 32 for character in password):
            raise SecretInvalid("password", "It holds a control character, such as the line break of a pasted line")
        return Prepared({"user": settings.user}, {"password": password})

    def lent(self, held: Held, _wanted: Wanted) -> Password:
        """Lend both."""
        return Password(held.public["user"], held.secret["password"])


def probe() -> str | None:
    """Return why this driver cannot be used here; it always can."""
    return None

"""A bearer token, sent as ``Authorization: Bearer …`` (RFC 6750)."""

import re

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from app.modules.credentials.kind import Held, Prepared, SecretInvalid, Wanted
from app.modules.credentials.secrets import Bearer

_PRINTABLE = re.compile(r"[\x21-\x7e]+")  # wider than RFC 6750's b64token: services give tokens with other signs


class Settings(BaseModel):
    """The token."""

    model_config = ConfigDict(extra="forbid")
    token: SecretStr = Field(title="Token", min_length=1, max_length=8000)


class Kind:
    """Lends the token."""

    def prepare(self, settings: Settings) -> Prepared:
        """Keep the token."""
        token = settings.token.get_secret_value().strip()
        if not _PRINTABLE.fullmatch(token):
            raise SecretInvalid("token", "A token is printable ASCII without spaces")
        return Prepared({}, {"token": token})

    def lent(self, held: Held, _wanted: Wanted) -> Bearer:
        """Lend the token."""
        return Bearer(held.secret["token"])


def probe() -> str | None:
    """Return why this driver cannot be used here; it always can."""
    return None

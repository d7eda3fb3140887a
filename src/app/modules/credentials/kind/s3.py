"""Access keys of an S3 service (Signature Version 4)."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from app.modules.credentials.kind import Held, Prepared, SecretInvalid, Wanted
from app.modules.credentials.secrets import S3Keys


class Settings(BaseModel):
    """The pair of keys, and the token that temporary ones come with."""

    model_config = ConfigDict(extra="forbid")
    access_key_id: str = Field(
        title="Access key id",
        min_length=3,
        max_length=128,
        pattern=r"^[\w.@+=,/-]+$",
        examples=["AKIAIOSFODNN7EXAMPLE"],
    )
    secret_access_key: SecretStr = Field(title="Secret access key", min_length=1, max_length=1000)
    session_token: SecretStr | None = Field(None, title="Session token", max_length=8000)


class Kind:
    """Lends the keys."""

    def prepare(self, settings: Settings) -> Prepared:
        """Keep the keys."""
        secret = {"secret_access_key": settings.secret_access_key.get_secret_value().strip()}
        if settings.session_token is not None:
            secret["session_token"] = settings.session_token.get_secret_value().strip()
        for member, value in secret.items():
            if not (value.isascii() and value.isprintable() and " " not in value):
                raise SecretInvalid(member, "It is printable ASCII without spaces")
        return Prepared({"access_key_id": settings.access_key_id}, secret)

    def lent(self, held: Held, _wanted: Wanted) -> S3Keys:
        """Lend the keys."""
        return S3Keys(held.public["access_key_id"], held.secret["secret_access_key"], held.secret.get("session_token"))


def probe() -> str | None:
    """Return why this driver cannot be used here; it always can."""
    return None

"""A password, kept as its argon2id hash.

Written against NIST SP 800-63B-4, section 3.1.1, and OWASP ASVS 5.0, chapter 6.2.
"""

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from sqlalchemy import update

from app.kernel.node import Node
from app.modules.accounts.errors import CredentialsInvalid
from app.modules.accounts.method import Beginning, Flow, Identity, Kind
from app.modules.accounts.models import User
from app.modules.accounts.passwords import LONGEST, verify_password
from app.modules.accounts.users import find_user


class Settings(BaseModel):
    """Nothing to set."""

    model_config = ConfigDict(extra="forbid")


class Answer(BaseModel):
    """What the login form holds."""

    model_config = ConfigDict(extra="forbid")
    email: str = Field(max_length=254)
    password: SecretStr = Field(max_length=LONGEST)


async def probe(_settings: Settings) -> str | None:
    """Say why this driver cannot be used here, ``None`` if it can."""
    return None


class Method:
    """Email address and password; see the seam for what each method promises."""

    kind: Kind = "form"
    title = "Password"
    guessable = True
    answer = Answer

    def __init__(self, _name: str, _settings: Settings, node: Node) -> None:
        self._database = node.database

    def offered(self, _origin: str) -> bool:
        return True

    async def begin(self, _flow: Flow) -> Beginning:
        return Beginning()

    async def finish(self, _flow: Flow, answer: Answer) -> Identity:
        """Unknown, disabled, without a password and wrong are one answer after one time."""
        async with self._database.transaction() as session:
            user = await find_user(session, answer.email)
        enabled = user if user is not None and user.disabled_at is None else None
        stored = enabled.password_hash if enabled is not None else None
        right, stronger = await verify_password(answer.password.get_secret_value(), stored)
        if enabled is None or not right:
            raise CredentialsInvalid("Check both; after several failures the next attempt has to wait")
        if stronger is not None:
            async with self._database.transaction() as session:
                mine = (User.id == enabled.id, User.password_hash == stored)
                await session.execute(update(User).where(*mine).values(password_hash=stronger))
        return Identity(user_id=enabled.id, basis=stronger or stored)

    async def close(self) -> None:
        return

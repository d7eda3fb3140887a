"""What logins need besides a password: accounts elsewhere, passkeys, logins under way, codes sent by mail.

Secrets are kept as SHA-256 only; what a login under way has to remember is derived from its browser's own secret.
"""

from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.tables import Base
from app.modules.accounts.own_rows import own_rows

FLOW_PURPOSES = ("login", "link", "consent")
CODE_PURPOSES = ("verify", "reset")


def _one_of(name: str, values: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{name} IN ({', '.join(repr(value) for value in values)})", name=name)


class LinkedIdentity(Base):
    """An account a user has at a login provider: ``subject`` as ``issuer`` names it, which never changes."""

    __tablename__ = "linked_identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"), Index("ix_linked_identities_user", "user_id", "id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    method: Mapped[str]
    issuer: Mapped[str]
    subject: Mapped[str]
    email: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_used_at: Mapped[datetime | None]


class Passkey(Base):
    """A WebAuthn credential: the public half. ``sign_count`` only grows, or the key was copied."""

    __tablename__ = "passkeys"
    __table_args__ = (Index("ix_passkeys_user", "user_id", "id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str]
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    credential_data: Mapped[bytes] = mapped_column(LargeBinary)
    relying_party: Mapped[str]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_used_at: Mapped[datetime | None]


class LoginFlow(Base):
    """A login that has begun in one browser and may end there, once.

    ``user_id``: who links a further way to log in, or lets the house in elsewhere in their name, for ``subject_id``.
    """

    __tablename__ = "login_flows"
    __table_args__ = (
        CheckConstraint("octet_length(sha256) = 32", name="sha256"),
        CheckConstraint("octet_length(browser_sha256) = 32", name="browser_sha256"),
        _one_of("purpose", FLOW_PURPOSES),
        CheckConstraint("(purpose = 'login') = (user_id IS NULL)", name="user"),
        CheckConstraint("(purpose = 'consent') = (subject_id IS NOT NULL)", name="subject"),
    )

    sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True, info={"secret": True})
    browser_sha256: Mapped[bytes] = mapped_column(LargeBinary, info={"secret": True})
    method: Mapped[str]
    purpose: Mapped[str]
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    subject_id: Mapped[str | None] = mapped_column(comment="What a consent is for, such as a credential")
    origin: Mapped[str]
    next_path: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class EmailCode(Base):
    """A code sent to one address, good once. It proves that its reader has that address."""

    __tablename__ = "email_codes"
    __table_args__ = (
        CheckConstraint("octet_length(sha256) = 32", name="sha256"),
        _one_of("purpose", CODE_PURPOSES),
        Index("ix_email_codes_user", "user_id", "purpose"),
    )

    sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True, info={"secret": True})
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    purpose: Mapped[str]
    email: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


EXTRA_DDL = (*own_rows("linked_identities"), *own_rows("passkeys"))

"""People, and the hashes of what proves it is them. No secret is stored, only its SHA-256 or argon2id hash."""

from datetime import datetime

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, LargeBinary, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.principal import Role
from app.kernel.tables import Base
from app.modules.accounts.own_rows import own_rows

ROLES = tuple(role.label for role in Role if role is not Role.PUBLIC)


def _is_digest() -> CheckConstraint:
    return CheckConstraint("octet_length(sha256) = 32", name="sha256")


class User(Base):
    """A person. ``email`` is kept in lower case, so it is unique whatever the case it is typed in.

    ``approval_wanted_at`` is set while an account that somebody signed up for waits, disabled, for an administrator.
    ``allowed_workflows`` narrows which workflows may be started; null: all of them.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email"),
        CheckConstraint(f"role IN ({', '.join(repr(role) for role in ROLES)})", name="role"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    verified_email: Mapped[str | None] = mapped_column(comment="The address somebody has shown to read, once")
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str | None] = mapped_column(info={"secret": True})
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    disabled_at: Mapped[datetime | None]
    approval_wanted_at: Mapped[datetime | None]
    allowed_workflows: Mapped[list[str] | None] = mapped_column(ARRAY(Text))


class UserSession(Base):
    """One login of a browser. Gone after logout; dead after ``expires_at`` or too long without a request.

    ``proved_at`` is when its user last showed who they are: at login, or since.
    """

    __tablename__ = "sessions"
    __table_args__ = (_is_digest(), Index("ix_sessions_user", "user_id", "id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    proved_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(index=True)
    user_agent: Mapped[str | None]
    ip: Mapped[str | None]
    method: Mapped[str] = mapped_column(server_default=text("'password'"))


class Token(Base):
    """A bearer for programs. ``scopes`` are operationIds or ``*``; they narrow the user's role, never widen it.

    ``parent_id`` is the token that made it: when that is revoked, so is this.
    """

    __tablename__ = "tokens"
    __table_args__ = (
        _is_digest(),
        Index("ix_tokens_user", "user_id", "id"),
        Index("ix_tokens_parent", "parent_id", postgresql_where=text("parent_id IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str]
    prefix: Mapped[str]
    sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("tokens.id", ondelete="CASCADE"))


class SetupToken(Base):
    """Lets whoever reads the server's console create the owner, once."""

    __tablename__ = "setup_tokens"
    __table_args__ = (_is_digest(),)

    sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LoginThrottle(Base):
    """How often logins were tried lately under one key: an account, an address, or the pair of both."""

    __tablename__ = "login_throttles"
    # Only counts, under hashes that say nothing to a reader; what was tried is in the history of logins.
    __table_args__ = ({"info": {"audited": False}},)

    key: Mapped[str] = mapped_column(primary_key=True)
    attempts: Mapped[int] = mapped_column(server_default=text("1"))
    last_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    blocked_until: Mapped[datetime | None]
    announced_at: Mapped[datetime | None]


EXTRA_DDL = (*own_rows("sessions"), *own_rows("tokens"))

"""Invitations, the history of logins, and what people had exported. No code is stored, only its SHA-256."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.tables import Base
from app.modules.accounts.models import ROLES
from app.modules.accounts.own_rows import own_rows, rows_with

OUTCOMES = ("succeeded", "failed", "throttled", "refused")
EXPORT_STATES = ("queued", "ready", "failed")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Invitation(Base):
    """Lets whoever reads one mailbox make one account, once, with the role it was made for."""

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("octet_length(sha256) = 32", name="sha256"),
        CheckConstraint("email = lower(email)", name="email"),
        CheckConstraint(_one_of("role", ROLES), name="role"),
        Index(
            "uq_invitations_open_email",
            "email",
            unique=True,
            postgresql_where=text("accepted_at IS NULL AND revoked_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True, info={"secret": True})
    email: Mapped[str]
    role: Mapped[str]
    invited_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class LoginRecord(Base):
    """One attempt to come in. An address nobody has is kept as its SHA-256: people type passwords into wrong fields."""

    __tablename__ = "login_history"
    __table_args__ = (
        CheckConstraint(_one_of("outcome", OUTCOMES), name="outcome"),
        CheckConstraint("octet_length(email_sha256) = 32", name="email_sha256"),
        Index("ix_login_history_user", "user_id", "id", postgresql_where=text("user_id IS NOT NULL")),
        Index("ix_login_history_at", "at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    method: Mapped[str]
    email_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    ip: Mapped[str | None]
    user_agent: Mapped[str | None]
    outcome: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class AccountExport(Base):
    """One archive of everything that is kept about a user and that the user owns; gone after ``expires_at``."""

    __tablename__ = "account_exports"
    __table_args__ = (
        CheckConstraint(_one_of("state", EXPORT_STATES), name="state"),
        Index("ix_account_exports_user", "user_id", "id"),
        Index("ix_account_exports_expires", "expires_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(server_default=text("'queued'"))
    job_id: Mapped[str | None]
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]


class AccountExportPart(Base):
    """A piece of an archive: written and read one at a time, so no archive has to fit into memory."""

    __tablename__ = "account_export_parts"

    export_id: Mapped[str] = mapped_column(ForeignKey("account_exports.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, info={"secret": True})


EXTRA_DDL = (
    *own_rows("login_history", written=False),
    *own_rows("account_exports"),
    *rows_with("account_export_parts", "export_id", "account_exports"),
)

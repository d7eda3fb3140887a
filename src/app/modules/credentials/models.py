"""Credentials and who used them. What is secret is one sealed column."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.scoping import BelongsTo, Owned, child_policies, owned_policies
from app.kernel.tables import Base

STATES = ("ready", "reauth_required")


class Credential(Owned, Base):
    """One thing to log in with. ``version`` counts what was sealed in it; only who has the newest may renew it."""

    __tablename__ = "credentials"
    id_prefix = "cred"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in STATES)})", name="state"),
        Index("ix_credentials_name", "owner_id", "name"),
        Index("ix_credentials_ends", "expires_at", postgresql_where=text("expires_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    public: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, info={"sealed": True, "secret": True})
    version: Mapped[int] = mapped_column(server_default=text("1"))
    state: Mapped[str] = mapped_column(server_default=text("'ready'"))
    state_text: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    replaced_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]
    replace_after_days: Mapped[int | None]
    renewed_at: Mapped[datetime | None]
    renewing_until: Mapped[datetime | None] = mapped_column(comment="Some node asks the service for the next one")
    last_used_at: Mapped[datetime | None]
    last_used_by: Mapped[str | None]
    tested_at: Mapped[datetime | None]
    test_passed: Mapped[bool | None]
    test_text: Mapped[str | None]


class CredentialUse(BelongsTo, Base):
    """How often one user's work used a credential for one purpose within one hour."""

    __tablename__ = "credential_uses"
    __table_args__ = (Index("ix_credential_uses_last", "credential_id", "last_at"),)
    parent = ("credential_id", Credential)

    credential_id: Mapped[str] = mapped_column(ForeignKey("credentials.id", ondelete="CASCADE"), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(primary_key=True)
    node: Mapped[str]
    first_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_at: Mapped[datetime] = mapped_column(server_default=func.now())
    count: Mapped[int] = mapped_column(BigInteger, server_default=text("1"))


EXTRA_DDL: tuple[str, ...] = (*owned_policies(Credential), *child_policies(CredentialUse))

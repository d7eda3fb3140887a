"""What is installed on machines, the recipes it was installed by, and the installing."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.kernel.tables import Base


class Software(Base):
    """One version of something on a machine: how runs reach it, and whether it was there when last looked for.

    Names are in small letters. ``modules`` are loaded in their order, ``path`` is put first on PATH.
    """

    __tablename__ = "machine_software"
    __table_args__ = (
        CheckConstraint("state IN ('installed', 'installing', 'failed', 'gone')", name="state"),
        CheckConstraint("found_by IN ('declared', 'modules', 'command', 'recipe')", name="found_by"),
        UniqueConstraint("machine_id", "name", "version", postgresql_nulls_not_distinct=True),
        Index("ix_machine_software_name", "name"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    machine_id: Mapped[str] = mapped_column(ForeignKey("machines.id", ondelete="CASCADE"))
    name: Mapped[str]
    version: Mapped[str | None]
    modules: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    path: Mapped[str | None]
    image: Mapped[str | None]
    environment: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"))
    # A line of shell that ends with 0 where it is there; null: what is said above tells how to look.
    check_command: Mapped[str | None]
    found_by: Mapped[str]
    recipe_id: Mapped[str | None] = mapped_column(ForeignKey("machine_recipes.id"))
    state: Mapped[str]
    # What was said when it was last looked for or installed.
    text: Mapped[str | None]
    checked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Recipe(Base):
    """How to install one version of something. A row never changes; another content is another revision."""

    __tablename__ = "machine_recipes"
    __table_args__ = (
        UniqueConstraint("name", "version", "revision"),
        # The newest revision is the one that is installed from.
        Index("uq_machine_recipes_used", "name", "version", unique=True, postgresql_where=text("removed_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    version: Mapped[str]
    revision: Mapped[int]
    sha256: Mapped[str]
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_by: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    removed_at: Mapped[datetime | None]


class Install(Base):
    """One run of a recipe on a machine; its id names its directory there.

    ``begun_at`` is written before it is first begun there: until then nothing of it can be.
    """

    __tablename__ = "machine_installs"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')", name="state"),
        CheckConstraint("(finished_at IS NULL) = (state IN ('queued', 'running'))", name="finished"),
        # At most one of a name on a machine at a time.
        Index(
            "uq_machine_installs_active",
            "machine_id",
            "name",
            unique=True,
            postgresql_where=text("finished_at IS NULL"),
        ),
        Index("ix_machine_installs_machine", "machine_id", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    machine_id: Mapped[str] = mapped_column(ForeignKey("machines.id", ondelete="CASCADE"))
    software_id: Mapped[str | None] = mapped_column(ForeignKey("machine_software.id", ondelete="SET NULL"))
    recipe_id: Mapped[str] = mapped_column(ForeignKey("machine_recipes.id"))
    name: Mapped[str]
    version: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=text("'queued'"))
    state_at: Mapped[datetime] = mapped_column(server_default=func.now())
    # Modules of what it needs, loaded before its script and before what it installed.
    modules: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    waiting_text: Mapped[str | None]
    next_check_at: Mapped[datetime | None]
    requested_by: Mapped[str | None]
    cancel_requested_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    begun_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    exit_code: Mapped[int | None]
    error: Mapped[str | None]
    prefix: Mapped[str | None]
    # The last of what it wrote; how much was read there, and how much text that was in all.
    log: Mapped[str] = mapped_column(server_default=text("''"), deferred=True)
    log_bytes: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    log_characters: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))

    @property
    def waiting_on(self) -> dict[str, Any] | None:
        """Say what it waits for, as the fields of a Waiting; ``None`` once it has ended."""
        if self.finished_at is not None:
            return None
        if self.cancel_requested_at is not None:
            kind, words = "cancellation", "is being cancelled there"
        elif self.state == "running":
            kind, words = "recipe", "its script runs there"
        else:
            kind, words = "machine", "waits to be begun there"
        text = self.waiting_text or words
        return {"kind": kind, "since": self.state_at, "text": text, "next_check_at": self.next_check_at}

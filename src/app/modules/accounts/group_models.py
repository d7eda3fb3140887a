"""Groups of users, and what is shared with whom."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.acting import SHARING_WALLS
from app.kernel.tables import Base

LEVELS = ("view", "act")


class Group(Base):
    """Users that things are shared with together."""

    __tablename__ = "groups"
    __table_args__ = (Index("uq_groups_name", text("lower(name)"), unique=True),)

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(server_default=text("''"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class GroupMember(Base):
    """One user in a group; one who ``manages`` it may rename it and choose its members."""

    __tablename__ = "group_members"

    group_id: Mapped[str] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    manages: Mapped[bool] = mapped_column(server_default=text("false"))
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Share(Base):
    """Lets a subject (a user, a group, everyone) see an object that is not theirs, or also act on it.

    Both walls read this table: app.kernel.scoping.
    """

    __tablename__ = "shares"
    __table_args__ = (CheckConstraint(f"level IN ({', '.join(repr(level) for level in LEVELS)})", name="level"),)

    object_id: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[str] = mapped_column(primary_key=True, index=True)
    level: Mapped[str]
    shared_by: Mapped[str]
    shared_at: Mapped[datetime] = mapped_column(server_default=func.now())


EXTRA_DDL = SHARING_WALLS

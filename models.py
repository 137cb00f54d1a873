"""The tables of a small application: roles, and the users who have them."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, Computed, Enum, FetchedValue, ForeignKey, Index, MetaData, String, func, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Status(enum.StrEnum):
    INVITED = "invited"
    ACTIVE = "active"
    SUSPENDED = "suspended"


class Role(Base):
    __tablename__ = "roles"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    description: Mapped[str | None] = mapped_column(String(255))

    users: Mapped[list["User"]] = relationship(back_populates="role", passive_deletes=True)

    def __repr__(self) -> str:
        return f"Role({self.name!r})"


class User(Base):
    __tablename__ = "users"
    __table_args__ = (
        Index(None, "role_id", "status"),
        CheckConstraint("failed_logins >= 0", name="failed_logins_not_negative"),
        {"comment": "People who sign in, or are invited to"},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True, index=True)
    display_name: Mapped[str | None] = mapped_column(String(128), comment="As other users see it")
    role_id: Mapped[int | None] = mapped_column(ForeignKey("roles.id", ondelete="SET NULL"))
    email: Mapped[str] = mapped_column(String(255), unique=True)
    status: Mapped[Status] = mapped_column(
        Enum(Status, values_callable=lambda statuses: [status.value for status in statuses]),
        server_default=Status.INVITED.value,
        comment="Invited until the first sign-in",
    )
    created_at: Mapped[datetime] = mapped_column(server_default=func.current_timestamp())
    updated_at: Mapped[datetime] = mapped_column(
        server_default=text("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"), server_onupdate=FetchedValue()
    )
    failed_logins: Mapped[int] = mapped_column(server_default="0")
    shown_name: Mapped[str | None] = mapped_column(
        String(128), Computed("coalesce(display_name, username)", persisted=False), index=True
    )

    role: Mapped[Role | None] = relationship(back_populates="users")

    def __repr__(self) -> str:
        return f"User({self.username!r})"

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Computed, Enum, ForeignKey, Numeric, String, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Role(Base):
    __tablename__ = "roles"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)


class User(Base):
    __tablename__ = "users"
    __table_args__ = (CheckConstraint("credit >= 0"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), index=True)
    status: Mapped[str] = mapped_column(Enum("invited", "active"), server_default="invited")
    credit: Mapped[Decimal] = mapped_column(Numeric(8, 2), server_default="0")
    created: Mapped[datetime] = mapped_column(server_default=func.now())
    label: Mapped[str | None] = mapped_column(String(80), Computed("concat(name, ' user')", persisted=True))
    role_id: Mapped[int | None] = mapped_column(ForeignKey("roles.id", ondelete="SET NULL"))

from datetime import datetime

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, String
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Role(Base):
    __tablename__ = "roles"
    id: Mapped[int] = mapped_column(primary_key=True)


# One finding each for logins, name, status, seen, email, fk_users_role, ck_users_age and ix_users_name.
class User(Base):  # expect: drift-changed drift-changed drift-changed drift-changed drift-changed drift-changed drift-changed drift-changed
    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("age >= 18", name="ck_users_age"),
        Index("ix_users_name", "name", "age"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    logins: Mapped[int] = mapped_column(mysql.INTEGER(unsigned=True))
    name: Mapped[str] = mapped_column(String(64), server_default="")
    status: Mapped[str] = mapped_column(Enum("active", "invited", "blocked"))
    seen: Mapped[datetime | None] = mapped_column(mysql.DATETIME(fsp=6))
    email: Mapped[str] = mapped_column(String(255), comment="where we write to")
    age: Mapped[int]
    role_id: Mapped[int | None] = mapped_column(
        ForeignKey("roles.id", name="fk_users_role", ondelete="SET NULL"), index=True
    )

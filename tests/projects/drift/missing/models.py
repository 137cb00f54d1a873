from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Team(Base):  # expect: drift-missing
    __tablename__ = "teams"
    id: Mapped[int] = mapped_column(primary_key=True)


class User(Base):  # expect: drift-missing drift-missing drift-missing drift-missing drift-missing
    __tablename__ = "users"
    __table_args__ = (
        Index("ix_users_name", "name"),
        UniqueConstraint("email", name="uq_users_email"),
        CheckConstraint("age >= 0", name="ck_users_age"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    email: Mapped[str] = mapped_column(String(255))
    age: Mapped[int]
    phone: Mapped[str | None] = mapped_column(String(32))
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", name="fk_users_manager"))

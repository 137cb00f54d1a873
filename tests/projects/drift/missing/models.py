from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Team(Base):  # expect: drift-missing
    __tablename__ = "teams"
    id = Column(Integer, primary_key=True)


class User(Base):  # expect: drift-missing drift-missing drift-missing drift-missing drift-missing
    __tablename__ = "users"
    __table_args__ = (
        Index("ix_users_name", "name"),
        UniqueConstraint("email", name="uq_users_email"),
        CheckConstraint("age >= 0", name="ck_users_age"),
    )
    id = Column(Integer, primary_key=True)
    name = Column(String(64), nullable=False)
    email = Column(String(255), nullable=False)
    age = Column(Integer, nullable=False)
    phone = Column(String(32))
    manager_id = Column(ForeignKey("users.id", name="fk_users_manager"))

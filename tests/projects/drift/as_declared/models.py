from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    Enum,
    ForeignKey,
    Integer,
    Numeric,
    String,
    func,
)
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Role(Base):
    __tablename__ = "roles"
    id = Column(Integer, primary_key=True)
    name = Column(String(64), nullable=False, unique=True)


class User(Base):
    __tablename__ = "users"
    __table_args__ = (CheckConstraint("credit >= 0"),)
    id = Column(Integer, primary_key=True)
    name = Column(String(64), nullable=False, index=True)
    status = Column(Enum("invited", "active"), nullable=False, server_default="invited")
    credit = Column(Numeric(8, 2), nullable=False, server_default="0")
    created = Column(DateTime, nullable=False, server_default=func.now())
    label = Column(String(80), Computed("concat(name, ' user')", persisted=True))
    role_id = Column(ForeignKey("roles.id", ondelete="SET NULL"))

from sqlalchemy import CheckConstraint, Column, Enum, ForeignKey, Index, Integer, String
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Role(Base):
    __tablename__ = "roles"
    id = Column(Integer, primary_key=True)


# One finding each for logins, name, status, seen, email, fk_users_role, ck_users_age and ix_users_name.
class User(Base):  # expect: drift-changed drift-changed drift-changed drift-changed drift-changed drift-changed drift-changed drift-changed
    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("age >= 18", name="ck_users_age"),
        Index("ix_users_name", "name", "age"),
    )
    id = Column(Integer, primary_key=True)
    logins = Column(mysql.INTEGER(unsigned=True), nullable=False)
    name = Column(String(64), nullable=False, server_default="")
    status = Column(Enum("active", "invited", "blocked"), nullable=False)
    seen = Column(mysql.DATETIME(fsp=6))
    email = Column(String(255), nullable=False, comment="where we write to")
    age = Column(Integer, nullable=False)
    role_id = Column(ForeignKey("roles.id", name="fk_users_role", ondelete="SET NULL"), index=True)

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Role(Base):  # expect: drift-changed drift-changed
    __tablename__ = "roles"
    id = Column(BigInteger, primary_key=True)
    name = Column(String(64), unique=True)


class User(Base):  # expect: drift-changed drift-changed drift-changed
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    role_id = Column(ForeignKey("roles.id", name="fk_users_role", ondelete="CASCADE"))
    role_name = Column(ForeignKey("roles.name", name="fk_users_role_name"))


# Each refers to the other.
class Left(Base):  # expect: drift-missing
    __tablename__ = "lefts"
    id = Column(Integer, primary_key=True)
    right_id = Column(ForeignKey("rights.id", name="fk_lefts_right", use_alter=True))


class Right(Base):  # expect: drift-missing
    __tablename__ = "rights"
    id = Column(Integer, primary_key=True)
    left_id = Column(ForeignKey("lefts.id", name="fk_rights_left"))

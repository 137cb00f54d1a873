from sqlalchemy import JSON, Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


# roles before; users refer to it
class Group(Base):  # expect: drift-missing
    __tablename__ = "groups"
    id = Column(Integer, primary_key=True)
    name = Column(String(64), unique=True)


# email became mail, with its index
class User(Base):  # expect: drift-missing drift-extra drift-missing drift-extra drift-changed
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    mail = Column(String(120), index=True, nullable=False, server_default="", comment="where we write to")
    group_id = Column(ForeignKey("groups.id"))


# user became person; the foreign key's index is the server's own
class Member(Base):  # expect: drift-missing drift-extra drift-extra drift-changed
    __tablename__ = "members"
    id = Column(Integer, primary_key=True)
    person = Column(ForeignKey("users.id"))


# phone is of another type than number was: nothing is said of a rename
class Phone(Base):  # expect: drift-missing drift-extra
    __tablename__ = "phones"
    id = Column(Integer, primary_key=True)
    phone = Column(String(20))


# data became extra; MariaDB's JSON has a check that names the column
class Event(Base):  # expect: drift-missing drift-extra
    __tablename__ = "events"
    id = Column(Integer, primary_key=True)
    extra = Column(JSON, nullable=False)

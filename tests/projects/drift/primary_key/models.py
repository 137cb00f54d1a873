from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Flavor(Base):
    __tablename__ = "flavors"
    id = Column(Integer, primary_key=True)


class Profile(Base):
    __tablename__ = "profiles"
    id = Column(Integer, primary_key=True)


# The index under each foreign key is the server's: only the primary key is told.
class Binding(Base):  # expect: drift-changed
    __tablename__ = "bindings"
    flavor_id = Column(ForeignKey("flavors.id", name="fk_flavor"), primary_key=True)
    profile_id = Column(ForeignKey("profiles.id", name="fk_profile"), primary_key=True)


class Usage(Base):  # expect: drift-changed drift-missing
    __tablename__ = "usages"
    id = Column(Integer, primary_key=True)


class Session(Base):  # expect: drift-changed drift-extra drift-changed
    __tablename__ = "sessions"
    token = Column(String(64), primary_key=True)
    agent = Column(String(64))

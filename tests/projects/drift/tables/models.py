from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Account(Base):  # expect: drift-missing
    __tablename__ = "accounts"
    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("users.id"), nullable=False)


class Team(Base):  # expect: drift-missing
    __tablename__ = "teams"
    id = Column(Integer, primary_key=True)
    parent_id = Column(ForeignKey("teams.id"))


class User(Base):  # expect: drift-missing
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    team_id = Column(ForeignKey("teams.id"), nullable=False)

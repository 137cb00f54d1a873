from sqlalchemy import CheckConstraint, Column, Computed, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Account(Base):  # expect on MariaDB: models-uncreatable
    __tablename__ = "accounts"
    id = Column(Integer, primary_key=True)
    balance = Column(Integer, CheckConstraint("balance >= 0", name="ck_balance"))


class User(Base):  # expect on MariaDB: models-uncreatable
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    first = Column(String(40))
    shout = Column(String(40), Computed("upper(first)"), nullable=False)

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy.orm import declarative_base
from sqlalchemy.types import UserDefinedType

Base = declarative_base()


class Money(UserDefinedType):
    cache_ok = True

    def get_col_spec(self, **_):
        return "MONEY"


class Page(Base):  # expect: models-uncreatable
    __tablename__ = "pages"
    url = Column(String(1000), primary_key=True)


class Article(Base):  # expect: models-uncreatable
    __tablename__ = "articles"
    id = Column(Integer, primary_key=True)
    first = Column(String(9000))
    second = Column(String(9000))


class Account(Base):  # expect: models-uncreatable
    __tablename__ = "accounts"
    id = Column(Integer, primary_key=True)
    balance = Column(Money)


class Club(Base):  # expect: models-uncreatable
    __tablename__ = "clubs"
    __table_args__ = (Index("ix_name", "name"), Index("ix_name", "name"))
    id = Column(Integer, primary_key=True)
    name = Column(String(64))


class Tag(Base):  # expect: models-uncreatable
    __tablename__ = "tags"
    id = Column(Integer, primary_key=True)
    name = Column(String)


class Note(Base):  # expect: models-uncreatable
    __tablename__ = "notes"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("authors.id"))


# What it refers to cannot be created, which is told there.
holders = Table(
    "holders",
    Base.metadata,
    Column("account_id", ForeignKey("accounts.id", name="fk_holders_account"), primary_key=True),
)


class User(Base):  # expect: drift-missing
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    about = Column(Text)

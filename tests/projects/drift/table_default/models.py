from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

UTF8MB4 = {"mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}

Base = declarative_base()


class Tag(Base):  # expect: drift-changed
    __tablename__ = "tags"
    __table_args__ = UTF8MB4
    id = Column(Integer, primary_key=True)
    name = Column(String(64), nullable=False)
    colour = Column(String(16))


# One finding for the table with name, one for nickname, which is longer besides; code deviates in both.
class User(Base):  # expect: drift-changed drift-changed
    __tablename__ = "users"
    __table_args__ = UTF8MB4
    id = Column(Integer, primary_key=True)
    name = Column(String(64), nullable=False)
    nickname = Column(String(32), nullable=False)
    code = Column(String(8, collation="ascii_bin"), nullable=False)


# Its default differs and no column follows it.
class Country(Base):  # expect: drift-changed
    __tablename__ = "countries"
    __table_args__ = UTF8MB4
    id = Column(Integer, primary_key=True)
    name = Column(String(64), nullable=False)


class City(Base):
    __tablename__ = "cities"
    __table_args__ = UTF8MB4
    id = Column(Integer, primary_key=True)
    name = Column(String(64), nullable=False)

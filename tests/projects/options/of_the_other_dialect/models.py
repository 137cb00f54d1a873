from sqlalchemy import Column, Index, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


# The index and the table.
class Page(Base):  # expect on MariaDB: options-ignored options-ignored
    __tablename__ = "pages"
    __table_args__ = (
        Index("ix_pages_url", "url", mysql_length=20),
        {"mysql_engine": "MyISAM", "mysql_default_charset": "latin1"},
    )
    id = Column(Integer, primary_key=True)
    url = Column(String(200))


# InnoDB is what the server takes without being told.
class User(Base):
    __tablename__ = "users"
    __table_args__ = {"mysql_engine": "InnoDB", "mysql_row_format": "DYNAMIC"}
    id = Column(Integer, primary_key=True)

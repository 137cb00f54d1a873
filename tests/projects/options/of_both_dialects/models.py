from sqlalchemy import Column, Index, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Page(Base):
    __tablename__ = "pages"
    __table_args__ = (
        Index("ix_pages_url", "url", mysql_length=20, mariadb_length=20),
        {"mysql_engine": "MyISAM", "mariadb_engine": "MyISAM"},
    )
    id = Column(Integer, primary_key=True)
    url = Column(String(200))

from shop.base import Base
from sqlalchemy import Column, Integer, MetaData, String, Table


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(String(64))


# env.py does not pass this one on
archive = MetaData()
old_users = Table("old_users", archive, Column("id", Integer, primary_key=True), Column("left_in", Integer))

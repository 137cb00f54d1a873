from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class User(Base):  # expect on MySQL: drift-changed
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    score = Column(Integer)
    level = Column(Integer)
    rank = Column(Integer)

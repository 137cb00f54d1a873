from sqlalchemy import CheckConstraint, Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    role = Column(String(9), nullable=False)
    __table_args__ = (CheckConstraint(role.in_(["guest", "member"]), name="known_role"),)

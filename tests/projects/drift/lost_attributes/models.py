from sqlalchemy import Column, Computed, DateTime, Integer, String, text
from sqlalchemy.orm import declarative_base

Base = declarative_base()
NOW = "CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"


# One finding each for id, email, code, seen and total; name never was what it is here.
class User(Base):  # expect: drift-changed drift-changed drift-changed drift-changed drift-changed drift-changed
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    email = Column(String(320), nullable=False, server_default="", comment="where we write to")
    code = Column(String(32, collation="latin1_bin"))
    seen = Column(DateTime, nullable=False, server_default=text(NOW))
    total = Column(Integer, Computed("3 * 4", persisted=True), comment="a dozen")
    name = Column(String(64), comment="as on the passport")

from sqlalchemy import DDL, Column, ForeignKey, Integer, String, event
from sqlalchemy.orm import declarative_base

Base = declarative_base()


# Each refers to the other.
class Team(Base):
    __tablename__ = "teams"
    id = Column(Integer, primary_key=True)
    owner_id = Column(ForeignKey("users.id", name="fk_teams_owner", use_alter=True))


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(String(64))
    team_id = Column(ForeignKey("teams.id", name="fk_users_team"))


event.listen(Base.metadata, "after_create", DDL("CREATE VIEW user_names AS SELECT name FROM users"))

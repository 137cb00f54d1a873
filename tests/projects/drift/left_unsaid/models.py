from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Team(Base):  # expect: drift-missing
    __tablename__ = "teams"
    id = Column(Integer, primary_key=True)
    captain_id = Column(ForeignKey("players.id", use_alter=True, name="fk_teams_captain"), index=True)


class Player(Base):  # expect: drift-changed
    __tablename__ = "players"
    id = Column(Integer, primary_key=True)
    team_id = Column(ForeignKey("teams.id", name="fk_players_team"), index=True)
    side = Column(mysql.ENUM("left", "right", charset="latin1", collation="latin1_bin"))

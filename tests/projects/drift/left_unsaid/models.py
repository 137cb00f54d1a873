from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String
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


class Club(Base):  # expect: drift-changed
    __tablename__ = "clubs"
    __table_args__ = (CheckConstraint("name <> '50%'", name="ck_name"),)
    id = Column(Integer, primary_key=True)
    name = Column(String(20))

"""create teams, players and clubs; as autogenerate writes it, but for the drop_index that it puts before each drop_table"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "teams",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("captain_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["captain_id"], ["players.id"], name="fk_teams_captain", use_alter=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_teams_captain_id"), "teams", ["captain_id"], unique=False)
    op.create_table(
        "players",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("side", mysql.ENUM("left", "right"), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_players_team"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_players_team_id"), "players", ["team_id"], unique=False)
    op.create_table(
        "clubs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=True),
        sa.CheckConstraint("name <> '50%%'", name="ck_name"),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade():
    op.drop_table("clubs")
    op.drop_table("players")
    op.drop_table("teams")

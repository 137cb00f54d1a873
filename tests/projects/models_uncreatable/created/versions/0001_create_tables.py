"""create teams and users, which refer to each other"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("teams", sa.Column("id", sa.Integer, primary_key=True), sa.Column("owner_id", sa.Integer))
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64)),
        sa.Column("team_id", sa.Integer, sa.ForeignKey("teams.id", name="fk_users_team")),
    )
    op.create_foreign_key("fk_teams_owner", "teams", "users", ["owner_id"], ["id"])
    op.execute("CREATE VIEW user_names AS SELECT name FROM users")


def downgrade():
    op.execute("DROP VIEW user_names")
    op.drop_constraint("fk_teams_owner", "teams", type_="foreignkey")
    op.drop_table("users")
    op.drop_table("teams")

"""members belong to teams"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.create_foreign_key("fk_members_team", "members", "teams", ["team_id"], ["id"])  # expect: upgrade-fails


def downgrade():
    op.drop_constraint("fk_members_team", "members", type_="foreignkey")

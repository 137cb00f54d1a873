"""users have years: a new column gets the values of the old one before that goes; so does a new table"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.add_column("users", sa.Column("years", sa.Integer))
    op.execute("UPDATE users SET years = age")
    op.drop_column("users", "age")
    op.create_table("clubs", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(64)))
    op.create_index("ix_groups_name", "clubs", ["name"])
    op.execute("INSERT INTO clubs SELECT * FROM teams")
    op.drop_table("teams")


def downgrade():
    op.create_table("teams", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(64)))
    op.create_index("ix_groups_name", "teams", ["name"])
    op.execute("INSERT INTO teams SELECT * FROM clubs")
    op.drop_table("clubs")
    op.add_column("users", sa.Column("age", sa.Integer))
    op.execute("UPDATE users SET age = years")
    op.drop_column("users", "years")

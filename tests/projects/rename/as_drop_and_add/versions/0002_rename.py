"""rename users.email and groups; as autogenerate writes it"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.create_table("teams", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(64)))
    op.create_index(op.f("ix_teams_name"), "teams", ["name"])
    op.drop_index(op.f("ix_groups_name"), table_name="groups")
    op.drop_table("groups")  # expect: rename-loses-data
    op.add_column(
        "users", sa.Column("mail", sa.String(120), nullable=False, server_default="", comment="where we write to")
    )
    op.drop_index(op.f("ix_users_email"), table_name="users")
    op.create_index(op.f("ix_users_mail"), "users", ["mail"])
    op.drop_column("users", "email")  # expect: rename-loses-data


def downgrade():
    op.add_column(
        "users", sa.Column("email", sa.String(120), nullable=False, server_default="", comment="where we write to")
    )
    op.drop_index(op.f("ix_users_mail"), table_name="users")
    op.create_index(op.f("ix_users_email"), "users", ["email"])
    op.drop_column("users", "mail")
    op.create_table("groups", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(64)))
    op.create_index(op.f("ix_groups_name"), "groups", ["name"])
    op.drop_index(op.f("ix_teams_name"), table_name="teams")
    op.drop_table("teams")

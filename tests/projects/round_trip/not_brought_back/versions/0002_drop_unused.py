"""drop what is no longer used: an index, a table, a check; the downgrade brings only the last one back"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.drop_index("ix_users_name", table_name="users")
    op.drop_table("logins")
    op.execute("ALTER TABLE users DROP CONSTRAINT ck_users_legacy")


def downgrade():  # expect: downgrade-differs downgrade-differs
    op.execute("ALTER TABLE users ADD CONSTRAINT ck_users_legacy CHECK (legacy <> '')")

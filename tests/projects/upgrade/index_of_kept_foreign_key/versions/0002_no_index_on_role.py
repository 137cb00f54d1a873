"""take the index off users.role_id; as autogenerate writes it where the model loses index=True"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.drop_index(op.f("ix_users_role_id"), table_name="users")  # expect: upgrade-fails


def downgrade():
    op.create_index(op.f("ix_users_role_id"), "users", ["role_id"], unique=False)

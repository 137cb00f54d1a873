"""let users have a role; as autogenerate writes it with render_as_batch"""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.create_foreign_key(None, "roles", ["role_id"], ["id"])


def downgrade():
    with op.batch_alter_table("users", schema=None) as batch_op:  # expect: downgrade-fails
        batch_op.drop_constraint(None, type_="foreignkey")

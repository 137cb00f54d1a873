"""create sessions, which moved to Redis"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.create_table("sessions", sa.Column("id", sa.Integer, primary_key=True))  # expect: drift-extra
    op.execute("CREATE VIEW user_names AS SELECT name FROM users")  # expect: drift-extra


def downgrade():
    op.execute("DROP VIEW user_names")
    op.drop_table("sessions")

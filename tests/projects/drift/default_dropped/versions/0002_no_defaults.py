"""take the default of score away as autogenerate does, that of level so that DEFAULT NULL is left"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.alter_column("users", "score", existing_type=sa.Integer, server_default=None, existing_nullable=True)
    op.alter_column("users", "level", existing_type=sa.Integer, server_default=sa.text("NULL"), existing_nullable=True)


def downgrade():
    op.alter_column("users", "level", existing_type=sa.Integer, server_default="5", existing_nullable=True)
    op.alter_column("users", "score", existing_type=sa.Integer, server_default="5", existing_nullable=True)

"""alter columns, and forget what else they are"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
NOW = "CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"


def upgrade():
    op.alter_column("users", "id", existing_type=sa.Integer, existing_nullable=False)
    op.alter_column("users", "id", existing_type=sa.Integer, nullable=False)
    op.alter_column("users", "email", type_=sa.String(320), existing_type=sa.String(120))
    op.alter_column("users", "code", type_=sa.String(32), existing_type=sa.String(16), existing_nullable=True)
    op.execute("ALTER TABLE users MODIFY seen DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP")
    op.alter_column("users", "total", existing_type=sa.Integer, comment="a dozen", existing_nullable=True)


def downgrade():
    op.drop_column("users", "total")
    op.add_column("users", sa.Column("total", sa.Integer, sa.Computed("3 * 4", persisted=True)))
    op.execute(f"ALTER TABLE users MODIFY seen DATETIME NOT NULL DEFAULT {NOW}")
    op.execute("ALTER TABLE users MODIFY code VARCHAR(16) COLLATE latin1_bin")
    op.execute("ALTER TABLE users MODIFY email VARCHAR(120) NOT NULL DEFAULT '' COMMENT 'where we write to'")
    op.execute("ALTER TABLE users MODIFY id INTEGER NOT NULL AUTO_INCREMENT")

"""an audit table, a view and a trigger; the downgrade forgets the table"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.create_table("audit", sa.Column("id", sa.Integer, primary_key=True), sa.Column("user_id", sa.Integer))
    op.execute("CREATE VIEW recent_audit AS SELECT id FROM audit WHERE id > 100")
    op.execute("CREATE TRIGGER audit_users AFTER DELETE ON users FOR EACH ROW INSERT INTO audit (user_id) VALUES (OLD.id)")


def downgrade():  # expect: downgrade-differs
    op.execute("DROP TRIGGER audit_users")
    op.execute("DROP VIEW recent_audit")

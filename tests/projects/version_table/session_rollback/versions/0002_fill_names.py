"""fill in names, by an ORM session that is rolled back where there is nothing to do"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

revision = "0002"
down_revision = "0001"


def upgrade():  # expect: version-table-differs
    session = Session(bind=op.get_bind())
    if session.scalar(sa.text("SELECT COUNT(*) FROM users WHERE name IS NULL")) == 0:
        session.rollback()
        return
    session.execute(sa.text("UPDATE users SET name = '' WHERE name IS NULL"))
    session.commit()


def downgrade():
    pass

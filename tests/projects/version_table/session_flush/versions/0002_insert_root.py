"""insert the first user, by an ORM session that leaves the transaction to Alembic"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

revision = "0002"
down_revision = "0001"


def upgrade():
    session = Session(bind=op.get_bind())
    session.execute(sa.text("INSERT INTO users (name) VALUES ('root')"))
    session.flush()


def downgrade():
    op.execute("DELETE FROM users WHERE name = 'root'")

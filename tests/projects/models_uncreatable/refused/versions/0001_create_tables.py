"""create what can be created"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("accounts", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table(
        "holders",
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id", name="fk_holders_account"), primary_key=True),
    )
    op.create_table("users", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("users")
    op.drop_table("holders")
    op.drop_table("accounts")

"""prices in whole amounts; the downgrade cannot know the cents"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("UPDATE plans SET monthly_cents = ROUND(monthly_cents / 100)")


def downgrade():
    op.execute("UPDATE plans SET monthly_cents = monthly_cents * 100")  # expect: rows-lost

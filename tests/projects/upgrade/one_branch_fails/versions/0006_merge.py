"""merge phone numbers and teams"""

revision = "0006"
down_revision = ("0003", "0005")


def upgrade():
    pass


def downgrade():
    pass

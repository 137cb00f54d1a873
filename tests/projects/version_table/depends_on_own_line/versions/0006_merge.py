"""merge users and members"""

revision = "0006"
down_revision = ("0005", "0002")


def upgrade():
    pass


def downgrade():
    pass

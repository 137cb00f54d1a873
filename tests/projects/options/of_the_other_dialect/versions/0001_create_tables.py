"""create pages and users"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(  # expect on MariaDB: options-ignored
        "pages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("url", sa.String(200)),
        mysql_engine="MyISAM",
        mysql_default_charset="latin1",
    )
    op.create_index("ix_pages_url", "pages", ["url"], mysql_length=20)  # expect on MariaDB: options-ignored
    op.create_table("users", sa.Column("id", sa.Integer, primary_key=True), mysql_engine="InnoDB")


def downgrade():
    op.drop_table("users")
    op.drop_table("pages")

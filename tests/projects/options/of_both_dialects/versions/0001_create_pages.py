"""create pages"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "pages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("url", sa.String(200)),
        mysql_engine="MyISAM",
        mariadb_engine="MyISAM",
    )
    op.create_index("ix_pages_url", "pages", ["url"], mysql_length=20, mariadb_length=20)


def downgrade():
    op.drop_table("pages")

"""rename posts and tags.label; the downgrade gives the one another name, and forgets the other"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.rename_table("posts", "articles")
    op.alter_column("tags", "label", new_column_name="name", existing_type=sa.String(9))


def downgrade():  # expect: downgrade-differs downgrade-differs downgrade-differs
    op.rename_table("articles", "post")  # expect: downgrade-differs

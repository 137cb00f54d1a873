"""drop roles, and number the sessions"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.drop_constraint("fk_a_role", "users", type_="foreignkey")
    op.drop_column("users", "a_role")
    op.drop_table("roles")
    op.execute(
        "ALTER TABLE sessions DROP PRIMARY KEY, MODIFY number INT NOT NULL AUTO_INCREMENT, ADD PRIMARY KEY (number)"
    )
    op.add_column("users", sa.Column("email", sa.String(64)))


# The table comes before the foreign key, and AUTO_INCREMENT goes together with its key.
def downgrade():  # expect: downgrade-differs downgrade-differs downgrade-differs downgrade-differs downgrade-differs downgrade-differs
    op.drop_column("users", "email")

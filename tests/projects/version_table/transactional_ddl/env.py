"""Says that DDL is transactional, as env.py files that came from PostgreSQL do."""

import os

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

url = context.config.get_main_option("sqlalchemy.url") or os.environ["DATABASE_URL"]
# future: nothing commits by itself on SQLAlchemy 1.4 either
with create_engine(url, poolclass=NullPool, future=True).connect() as connection:
    context.configure(
        connection=connection,
        transactional_ddl=True,  # expect: version-table-differs
    )
    with context.begin_transaction():
        context.run_migrations()

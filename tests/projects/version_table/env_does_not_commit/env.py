"""Sets a session variable before it configures Alembic, which so finds a transaction that it did not begin."""

import os

from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

url = context.config.get_main_option("sqlalchemy.url") or os.environ["DATABASE_URL"]
# future: nothing commits by itself on SQLAlchemy 1.4 either
with create_engine(url, poolclass=NullPool, future=True).connect() as connection:
    connection.execute(text("SET SESSION sql_mode = 'TRADITIONAL'"))
    context.configure(connection=connection)  # expect: version-table-differs
    with context.begin_transaction():
        context.run_migrations()

"""Keeps the version table in a database beside the project's own, without a primary key."""

import os

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

url = context.config.get_main_option("sqlalchemy.url") or os.environ["DATABASE_URL"]
# future: nothing commits by itself on SQLAlchemy 1.4 either
with create_engine(url, poolclass=NullPool, future=True).connect() as connection:
    context.configure(
        connection=connection,
        version_table="shop_versions",
        version_table_schema="deployments",
        version_table_pk=False,
    )
    with context.begin_transaction():
        context.run_migrations()

"""As _shared/env.py, but for its models: two modules define tables, and one of them is imported."""

import os

from alembic import context
from shop.base import Base
from shop import people
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

target_metadata = Base.metadata  # expect: drift-extra drift-extra
url = context.config.get_main_option("sqlalchemy.url") or os.environ["DATABASE_URL"]

with create_engine(url, poolclass=NullPool, future=True).connect() as connection:
    context.configure(connection=connection, target_metadata=target_metadata)
    with context.begin_transaction():
        context.run_migrations()

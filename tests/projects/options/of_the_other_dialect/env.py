"""As _shared/env.py, but with a mariadb:// URL where the server is MariaDB."""

import os

from alembic import context
from models import Base
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

url = make_url(context.config.get_main_option("sqlalchemy.url") or os.environ["DATABASE_URL"])
with create_engine(url, poolclass=NullPool, future=True).connect() as connection:
    is_mariadb = connection.dialect.is_mariadb
if is_mariadb:
    url = url.set(drivername="mariadb+pymysql")

with create_engine(url, poolclass=NullPool, future=True).connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()

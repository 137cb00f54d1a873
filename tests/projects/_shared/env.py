"""Serves every project here that has no env.py of its own, models.py included where it lies beside alembic.ini.

By hand, in a project's directory: DATABASE_URL=mysql+pymysql://root@127.0.0.1/scratch alembic upgrade heads
"""

import os
from pathlib import Path

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

url = context.config.get_main_option("sqlalchemy.url") or os.environ["DATABASE_URL"]
target_metadata = None
if Path(context.config.config_file_name).with_name("models.py").exists():
    from models import Base

    target_metadata = Base.metadata

# future: nothing commits by itself on SQLAlchemy 1.4 either
with create_engine(url, poolclass=NullPool, future=True).connect() as connection:
    context.configure(connection=connection, target_metadata=target_metadata)
    with context.begin_transaction():
        context.run_migrations()

"""Leaves out what another team's migrations answer for."""

import os

from alembic import context
from models import Base
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool


def include_object(_object, name, type_, _reflected, _compare_to):
    return not (type_ == "table" and name.startswith("legacy_")) and name != "ix_users_name"


url = context.config.get_main_option("sqlalchemy.url") or os.environ["DATABASE_URL"]
with create_engine(url, poolclass=NullPool).connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, include_object=include_object)
    with context.begin_transaction():
        context.run_migrations()

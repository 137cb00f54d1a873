from __future__ import annotations

import os
from logging.config import fileConfig

from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, engine_from_config, pool

from models import Base

# this is the Alembic Config object, which provides
# access to the values within the .ini file in use.
config = context.config

# Interpret the config file for Python logging.
# This line sets up loggers basically.
if config.config_file_name is not None:
    fileConfig(config.config_file_name)

# the model's MetaData object, for 'autogenerate' support
target_metadata = Base.metadata


def database_url() -> str:
    url = config.get_main_option("sqlalchemy.url") or os.environ.get("DATABASE_URL")
    if not url:
        raise CommandError(
            "no database to migrate: set the environment variable DATABASE_URL,"
            " for example to mysql+pymysql://user:password@localhost/application"
        )
    return url


def run_migrations_offline() -> None:
    """Run migrations in 'offline' mode.

    This configures the context with just a URL
    and not an Engine, though an Engine is acceptable
    here as well.  By skipping the Engine creation
    we don't even need a DBAPI to be available.

    Calls to context.execute() here emit the given string to the
    script output.

    """
    context.configure(
        url=database_url(),
        target_metadata=target_metadata,
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
    )

    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online() -> None:
    """Run migrations in 'online' mode.

    In this scenario we need to create an Engine
    and associate a connection with the context,
    unless the caller hands over an Engine or a Connection.

    """
    connectable: Engine | Connection | None = config.attributes.get("connection")
    if connectable is None:
        options = config.get_section(config.config_ini_section, {}) | {"sqlalchemy.url": database_url()}
        connectable = engine_from_config(options, poolclass=pool.NullPool)

    if isinstance(connectable, Connection):
        migrate(connectable)
    else:
        with connectable.connect() as connection:
            migrate(connection)


def migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=target_metadata)

    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()

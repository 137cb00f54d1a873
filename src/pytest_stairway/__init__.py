"""Migration verification for SQLAlchemy and Alembic projects on MySQL and MariaDB."""

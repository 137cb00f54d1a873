"""Installs the application: its models, and the rows without which it does not run."""

from models import Base, Role


def install(connection):
    Base.metadata.create_all(connection)
    connection.execute(Role.__table__.insert(), [{"name": "admin"}, {"name": "member"}])

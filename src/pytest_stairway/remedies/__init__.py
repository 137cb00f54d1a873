"""What to write instead, as Alembic operations ready to paste."""

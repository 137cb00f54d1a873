"""Running the project's migrations: the only place that does."""

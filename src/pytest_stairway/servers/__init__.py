"""Servers to run migrations on: given by URL, in a container, or a local process."""

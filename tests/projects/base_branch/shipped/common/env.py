"""Not run: what a change does to its base branch is read from files alone."""

"""The run of a pull request that should not be merged: `make demo` writes it to docs/."""

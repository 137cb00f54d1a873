"""What is fast, measured beside a peer in one run: `python -m benchmarks` prints what docs/performance.md shows."""

"""Benchmarks: ours, the peer and the limit in one run. ``python -m benchmarks.<name> [--quick] [--json]``."""

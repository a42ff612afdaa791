"""The benchmark: `python -m bench` prints what was measured beside its goal."""

"""Plugins: their facts, their hooks, and calling them safely."""

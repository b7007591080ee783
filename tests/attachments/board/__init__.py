"""A module whose things have files."""

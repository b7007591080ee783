"""Notices on paper: what a module publishes, printed for the stairwell."""

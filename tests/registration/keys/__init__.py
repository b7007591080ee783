"""A module as a stranger would write it: who holds which key of the house."""

"""The catalogue: what the platform sells, in which version, and for how much."""

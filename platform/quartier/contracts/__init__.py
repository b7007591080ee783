"""Contracts: what was sold, from when to when, and what follows from it."""

"""Seeing the app as a resident does: read-only, for half an hour, announced, written down, and told to the resident."""

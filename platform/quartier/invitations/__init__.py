"""Invitations: how somebody the company knows becomes somebody with an account."""

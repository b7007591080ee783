"""Webhooks: a company's own programs hear of changes of its master data."""

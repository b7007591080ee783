"""Quotes: what sales offers, version by version, until the company says yes and it is a contract."""

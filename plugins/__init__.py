"""Every folder here is one feature."""

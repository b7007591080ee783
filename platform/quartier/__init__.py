"""Quartier: the portal that property companies give to their tenants and owners under their own brand."""

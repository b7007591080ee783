"""Tenant management: who is registered, invited or not yet, and everything that brings people into the portal."""

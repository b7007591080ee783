"""Tenant management in the Cockpit: all pages, ready to be mounted."""

from __future__ import annotations

from quartier.residents import inviting, letters, lists, message_letters, single, unreached_page
from quartier.residents.area import cockpit

__all__ = ["cockpit", "inviting", "letters", "lists", "message_letters", "single", "unreached_page"]

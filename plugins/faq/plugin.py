"""What the module does to the portal."""

from __future__ import annotations

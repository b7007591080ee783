"""The console's tests share the small modules of the contracts' tests."""

from __future__ import annotations

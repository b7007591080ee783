"""`python -m tools.holidays`."""

from __future__ import annotations

from tools.holidays import main

main()

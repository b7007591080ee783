"""`make bench`: the budgets, measured as ratios within one run. Nothing here is a test; numbers are for people."""

"""Who may see a thing: *where* in the estate × *who* there."""

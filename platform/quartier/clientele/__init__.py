"""Who of the platform looks after which company: assigned, changed, handed over when somebody leaves."""

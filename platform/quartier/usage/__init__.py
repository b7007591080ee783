"""What companies use of their modules: numbers of days, counted at night, and never whose they are."""

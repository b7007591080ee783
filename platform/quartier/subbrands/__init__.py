"""Sub-brands at the desk: properties with a look of their own."""

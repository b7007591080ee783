"""What the platform's own people are told of, and who of them it is."""

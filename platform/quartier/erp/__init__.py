"""The company's own system: its data in, by the thousand and by its own numbers."""

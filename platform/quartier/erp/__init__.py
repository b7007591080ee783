"""The company's own system: its data in, by the thousand; our changes out, signed."""

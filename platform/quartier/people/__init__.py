"""People: everybody the company knows."""

"""Prospects: companies that somebody hopes to win. They have quotes, and by saying yes they get their portal."""

"""Companies: creating, naming, branding and describing them."""

"""A module that writes half of something and fails, as the database sees it."""

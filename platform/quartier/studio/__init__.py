"""The studio: where a company works at how it looks, what it calls things and how it speaks."""

"""People whose e-mail address changes in the books: asked at the new one, told at the old one, never locked out."""

"""What the law asks a company to say, and what people agree to: imprint, privacy notice, terms, house rules."""

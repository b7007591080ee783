"""Questions and answers: what a management explains once, so that nobody has to ask."""

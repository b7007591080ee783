"""Registration: from a code or a link to an account, a few steps that survive whatever a phone does in between."""

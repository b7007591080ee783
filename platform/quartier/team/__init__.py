"""The team: who works here, what they may do where and until when, and who answers for what in a property."""

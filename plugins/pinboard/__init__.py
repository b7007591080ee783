"""The notice board of the house: the company's notices, and what neighbours have to say to each other."""

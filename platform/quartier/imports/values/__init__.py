"""Cells as values: dates, numbers, phones, names, addresses and kinds, in the notations of the countries we serve."""

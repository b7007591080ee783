"""Bookings: what a house shares, and who has it when."""

"""What people may ask for about their own data: a copy of all of it, and that it is erased."""

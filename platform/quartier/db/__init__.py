"""The database: where it is, who may do what in it, and how its tables come to be."""

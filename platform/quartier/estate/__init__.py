"""The estate: property, building, unit, and who uses it when."""

"""What the company could have, has and had, for those who may buy: tried, ordered, approved, or asked for."""

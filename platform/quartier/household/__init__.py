"""Who lives on a period: residents see it, bring people in, and end their access."""

"""A company's own host: who may have it, what to set at the name server, and what happens when that is gone."""

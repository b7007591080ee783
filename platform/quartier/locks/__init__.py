"""Which fields of the estate and of people belong to the company's ERP, and are only read here."""

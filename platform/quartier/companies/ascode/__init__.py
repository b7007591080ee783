"""A company as code: a folder under `tenants/` and the database, brought into one form to plant, compare and export."""

"""The demo companies' estates, made by rule: the files in `tenants/<slug>/masterdata/import/` come from here.

`python -m tools.estates` writes them anew; the same code makes the same files. What it knows is in the TOML files
beside it: streets and houses of a company, and names of people by where families come from. A company's own module puts
the estate into the form in which that company's program would export it.
"""

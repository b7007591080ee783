"""Files: bytes with a company, in a folder or in S3."""

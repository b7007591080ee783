"""The reference that is written from the code: the OpenAPI document, the hooks, the SDK."""

"""Work that nobody waits for: queued with the change it belongs to, done by `quartier worker`."""

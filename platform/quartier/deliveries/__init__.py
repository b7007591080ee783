"""What is written to whom: queued with the change it tells of, sent by a worker, and what became of it."""

"""Master data from files: read, recognised, compared with what there is, applied as one thing, and undone as one."""

"""Who is being served: host → company, the session bound to it, and its snapshot in memory."""

"""Messages to servers of others, at addresses that somebody else gave us: webhooks, and what rings people's devices."""

"""How companies fare as customers of the platform: whom they reach, who is active, when their contracts end."""

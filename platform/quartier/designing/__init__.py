"""For designers: begin a theme, check one, and read what a theme can change."""

"""Support sees a company's Cockpit: with the company's consent, read-only, for a time, announced, and written down."""

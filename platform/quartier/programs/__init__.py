"""Programs of the platform's own, such as a CRM: their keys to the console, and what they read and change there."""

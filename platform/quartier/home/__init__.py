"""The first pages of the app and the Cockpit, and the search across modules."""

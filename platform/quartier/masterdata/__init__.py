"""Master data at the desk: the pages of the Cockpit for the estate and for people."""

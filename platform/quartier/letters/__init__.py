"""Letters on paper: pages for windowed envelopes, many of them as one file."""

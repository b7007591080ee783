"""Who might buy: what sales has to follow up, who does, and until when. The platform's own; no company reads it."""

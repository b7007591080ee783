"""Files of modules' things: sent, checked, drawn anew, handed out to whoever may see the thing."""

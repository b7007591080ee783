"""People who stand in the books twice: found, made one, and taken apart again."""

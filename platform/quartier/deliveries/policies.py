"""Who may see what was written to whom."""

from __future__ import annotations

READ = "mail.read"
"""To see which mails went to whom, and to send one again. The words of a mail are not part of it."""

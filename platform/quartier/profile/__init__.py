"""What people say about themselves: picture, names and numbers, mails they want, and when staff are away."""

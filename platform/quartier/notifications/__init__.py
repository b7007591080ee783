"""What people are told of: once, where and as soon as they want, and only while they may see what it is about."""

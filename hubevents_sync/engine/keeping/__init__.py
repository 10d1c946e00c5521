"""What is on record: looking at it, and looking after it."""

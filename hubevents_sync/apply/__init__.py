"""Turn a plan into the fewest calls, send them, and say of every row what became of it."""

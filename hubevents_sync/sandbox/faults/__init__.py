"""Misbehave on demand: rules of what goes wrong, where, how often and when, the same for the same seed."""

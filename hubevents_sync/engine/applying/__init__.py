"""Carrying a plan out, and how that ends."""

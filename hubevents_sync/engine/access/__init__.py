"""Whom a token belongs to, and getting to HubSpot with it."""

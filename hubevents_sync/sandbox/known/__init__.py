"""What is known of HubSpot, and what is not: one module a part of the API. ``behaviours.py`` puts them together."""

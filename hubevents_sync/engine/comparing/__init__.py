"""The record against what HubSpot shows."""

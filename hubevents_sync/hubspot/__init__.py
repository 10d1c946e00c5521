"""Speak HubSpot's marketing-events API over HTTP: wire format, throttle, retry, failures."""

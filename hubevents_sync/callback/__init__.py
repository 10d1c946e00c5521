"""The event-details endpoint: HubSpot asks about an event that it does not know, and the desired files answer."""

"""A HubSpot of our own over real HTTP: a second, independent reading of the API."""

"""Read HubSpot back: what became of the rows that an answer left out."""

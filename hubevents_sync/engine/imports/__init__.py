"""What HubSpot has already, into files and onto the record."""

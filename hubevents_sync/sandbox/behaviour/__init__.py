"""What HubSpot decides, as functions of values. Each says whether it is measured, documented or chosen."""

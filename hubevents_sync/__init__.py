"""Terraform for HubSpot marketing events: declare, plan, apply."""

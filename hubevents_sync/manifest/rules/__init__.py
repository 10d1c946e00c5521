"""What is checked beyond the schemas: every rule with a stable id, a severity and the case that it prevents."""

"""Tell a webhook what happened."""

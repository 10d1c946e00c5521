"""Pull requests on GitHub and GitLab: one comment a plan, and what was reviewed there."""

"""The project's own files, and git's."""

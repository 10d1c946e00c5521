"""What the files of a project say, event by event, and what of it need not be read again."""

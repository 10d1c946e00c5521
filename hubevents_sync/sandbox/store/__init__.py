"""The account: events, contacts and participations in SQLite."""

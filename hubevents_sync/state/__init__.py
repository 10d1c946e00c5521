"""Keep what was applied: events, participations, journal and runs, in a database without personal data."""

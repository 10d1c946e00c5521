"""The fast lane of rosters: plain rows as columns, many at a time. What is not plain is left to the readers beside."""

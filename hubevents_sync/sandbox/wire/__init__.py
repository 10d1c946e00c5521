"""The shapes of the wire: reading requests, writing answers."""

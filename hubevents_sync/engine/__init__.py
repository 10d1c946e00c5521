"""The use cases: ports in, data out, nothing printed."""

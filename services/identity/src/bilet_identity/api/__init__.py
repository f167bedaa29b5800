"""HTTP to use cases."""

"""HTTP requests become use cases."""

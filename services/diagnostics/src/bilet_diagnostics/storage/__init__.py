"""Tables, rows to domain objects and back, instrument files, and the hot statements."""

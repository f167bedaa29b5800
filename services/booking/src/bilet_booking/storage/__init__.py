"""Tables, and the ways between their rows and the domain."""

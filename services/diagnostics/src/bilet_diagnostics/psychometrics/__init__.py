"""Item and scale statistics of classical test theory, for the psychologist: on arrays, chunk by chunk, never on the request path."""

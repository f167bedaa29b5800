"""HTTP: from a request to a use case, and from its outcome to a view."""

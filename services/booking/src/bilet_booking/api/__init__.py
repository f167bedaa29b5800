"""HTTP: from a request to a use case and back."""

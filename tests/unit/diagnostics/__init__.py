"""The rules of diagnostics."""

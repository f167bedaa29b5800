"""Diagnostics over a real PostgreSQL."""

"""Rows of notifications and how they become the domain's objects."""

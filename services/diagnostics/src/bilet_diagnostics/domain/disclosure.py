"""How small a group may be before figures about it could point at somebody."""

LEAST_CELL = 10
"""Attempts are counted in whole tens: what is subtracted from what never leaves one to nine."""

"""One function per intention; each takes the open transaction and never commits it."""

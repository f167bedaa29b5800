"""Notifications: who is told what, over which channel, and what became of it. No contact is ever stored here."""

"""Notifications: who is notified of what, over which channel, and with what outcome. No contact is ever stored here."""

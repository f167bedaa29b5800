"""HTTP of notifications: one's own inbox and preferences, nobody else's."""

"""The ways out: carriers, one per channel that is sent, and identity's address book."""

"""One function per intention of a pupil or a guardian; each takes the transaction and never commits."""

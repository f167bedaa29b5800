"""The commands of `bilet`, one module each."""

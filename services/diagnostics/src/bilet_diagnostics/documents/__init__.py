"""Documents that people keep: a layout, and what is set in it."""

"""Documents that people keep: a layout, and the texts that are typeset in it."""

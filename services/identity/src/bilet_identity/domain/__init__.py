"""Pure rules of identity: no input or output, standard library only."""

"""What can go wrong with a local installation, said in words for the person who started it."""


class StackError(Exception):
    """The stack cannot start or go on; the message is Russian and says what to do."""

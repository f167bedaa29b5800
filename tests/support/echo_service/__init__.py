"""A service that exists for tests only: the smallest use of every part of the kit, with contract events of its own."""

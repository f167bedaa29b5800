"""Two of the smallest services on the kit, for measuring it: one says booking's events, the other keeps a projection of them."""

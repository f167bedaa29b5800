"""Rules of telling people: pure, standard library only."""

"""The rules of notifying people: pure functions over frozen values; `now` and ids come in, events go out."""

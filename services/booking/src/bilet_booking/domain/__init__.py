"""The rules of booking: pure functions over frozen values; `now` and ids come in, events go out."""

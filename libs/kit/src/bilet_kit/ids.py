"""Ids of things are UUIDv7, which sort by age; ids of pupils are UUIDv4, which tell nothing."""

from uuid import UUID, uuid4

import uuid_utils.compat


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562, section 5.7) for a thing."""
    return uuid_utils.compat.uuid7()


def new_pseudonym() -> UUID:
    """A UUIDv4 for a pupil: neighbours in a list cannot be told to have registered together."""
    return uuid4()

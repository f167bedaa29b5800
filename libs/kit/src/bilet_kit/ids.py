"""Ids of things are UUIDv7, which sort by age; ids of pupils are UUIDv4, which tell nothing."""

from uuid import UUID, uuid4

import uuid_utils.compat


def new_id() -> UUID:
    """Make a UUIDv7 (RFC 9562, section 5.7) for a thing."""
    return uuid_utils.compat.uuid7()


def new_pseudonym() -> UUID:
    """Make a UUIDv4 for a pupil, from which nobody can tell who registered together."""
    return uuid4()

"""The contract between our address book and identity, with both real."""

from uuid import uuid4

import httpx
import pytest

from bilet_kit.process.api import create_api
from bilet_notifications.sending.contacts import Contact, ContactsUnavailableError, IdentityContacts
from tests.integration.identity.conftest import (  # noqa: F401 - fixtures of identity
    NOTIFICATIONS,
    World,
    esia_app,
    settings,
    world,
)
from tests.support.tokens import SigningKey


def book(running: World, key: SigningKey) -> IdentityContacts:
    transport = httpx.ASGITransport(app=create_api(running.service))
    return IdentityContacts(base_url="http://identity.test", signing_key=key.pem(), transport=transport)


async def test_identity_gives_each_role_its_contact_and_nobody_for_a_stranger(world: World) -> None:  # noqa: F811 - the fixture of that name
    operator = await world.schools()
    _, guardian = await world.family()

    found = await book(world, NOTIFICATIONS).find([operator.id, guardian.id, uuid4()])

    assert found == {
        operator.id: Contact("operator@bilet.test", "Ольга"),
        guardian.id: Contact("eva1000000001@example.test", "Ева", "Михайловна"),
    }


async def test_a_pupil_without_an_address_has_none(world: World) -> None:  # noqa: F811 - the fixture of that name
    await world.schools()
    pupil = await world.pupil()

    found = await book(world, NOTIFICATIONS).find([pupil.id])
    assert found[pupil.id].email is None


async def test_identity_tells_nothing_to_a_service_it_does_not_know(world: World) -> None:  # noqa: F811 - the fixture of that name
    with pytest.raises(ContactsUnavailableError, match="401"):
        await book(world, SigningKey.new()).find([uuid4()])

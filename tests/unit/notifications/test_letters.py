"""Letters as the mail server gets them."""

from uuid import UUID

import pytest

from bilet_notifications.rendering import Letter
from bilet_notifications.sending.email import compose

DELIVERY = UUID(int=5)
LETTER = Letter("Запись подтверждена", "Здравствуйте!\n", "<p>Здравствуйте!</p>")


def test_a_repeated_letter_has_the_same_message_id() -> None:
    first, second = (compose(DELIVERY, "eva@example.test", LETTER, sender="bilet@bilet.test") for _ in range(2))

    assert first["Message-ID"] == second["Message-ID"] == f"<{DELIVERY}@bilet.test>"


def test_a_letter_says_that_no_human_wrote_it() -> None:
    letter = compose(DELIVERY, "eva@example.test", LETTER, sender="bilet@bilet.test")

    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["To"] == "eva@example.test"
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("address", ["", "ева", "eva@", "eva@example.test\nBcc: everybody@example.test", "a b@c.d"])
def test_an_address_that_is_none_makes_no_letter(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        compose(DELIVERY, address, LETTER, sender="bilet@bilet.test")

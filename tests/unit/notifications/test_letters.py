"""Letters as the mail server gets them, read again by a parser of other origin (Rust's mailparse)."""

from uuid import UUID

import pytest
from fast_mail_parser import PyMail, parse_email
from hypothesis import given
from hypothesis import strategies as st

from bilet_notifications.domain.notices import AUDIENCES, TEMPLATE_VERSIONS, Audience, Template
from bilet_notifications.domain.people import GUARDIAN, STAFF, STUDENT, RecipientKind
from bilet_notifications.domain.scenes import BARE, Scene
from bilet_notifications.rendering.texts import Letter, Renderer
from bilet_notifications.sending.letters import FROM_NAME, compose
from tests.unit.notifications.examples import SCENE, wording

DELIVERY = UUID(int=5)
LETTER = Letter("Запись подтверждена", "Здравствуйте!\n", "<p>Здравствуйте!</p>")
RENDERER = Renderer("https://bilet.example/")
READERS: dict[Audience, RecipientKind] = {
    Audience.STUDENT: STUDENT,
    Audience.GUARDIANS: GUARDIAN,
    Audience.MENTOR: STAFF,
}
EVERY_VERSION = [
    (template, version, READERS[audience])
    for template in Template
    for version in range(1, TEMPLATE_VERSIONS[template] + 1)
    for audience in AUDIENCES[template]
]
CYRILLIC_WORDS = st.lists(
    st.text(alphabet="абвгдеёжзийклмнопрстуфхцчшщъыьэюяАЯ«»—№0123456789,.:()-", min_size=1, max_size=30),
    min_size=1,
    max_size=30,
).map(" ".join)


def composed(letter: Letter = LETTER, *, address: str = "eva@example.test", sender: str = "bilet@bilet.test") -> bytes:
    return compose(DELIVERY, address, letter, sender=sender)


def read(content: bytes) -> PyMail:
    return parse_email(content)


def test_a_repeated_letter_has_the_same_message_id() -> None:
    first, second = (read(composed()) for _ in range(2))

    assert first.headers["Message-ID"] == second.headers["Message-ID"] == [f"<{DELIVERY}@bilet.test>"]


def test_a_letter_says_that_no_human_wrote_it() -> None:
    letter = read(composed())

    assert letter.headers["Auto-Submitted"] == ["auto-generated"]
    assert letter.headers["To"] == ["eva@example.test"]
    assert (len(letter.text_plain), len(letter.text_html)) == (1, 1)


@pytest.mark.parametrize("scene", [SCENE, BARE])
@pytest.mark.parametrize(("template", "version", "reader"), EVERY_VERSION)
def test_every_message_arrives_word_for_word(
    template: Template, version: int, reader: RecipientKind, scene: Scene
) -> None:
    text = RENDERER.text(wording(template, reader=reader, version=version, scene=scene))
    written = RENDERER.letter(text, reader, first_name="Ева", patronymic="Михайловна")

    letter = read(composed(written))

    assert letter.subject == written.subject
    assert letter.text_plain[0].split() == written.plain.split()
    assert letter.text_html[0].split() == written.html.split()


@given(subject=CYRILLIC_WORDS)
def test_a_subject_of_any_length_keeps_its_blanks(subject: str) -> None:
    content = composed(Letter(subject, LETTER.plain, LETTER.html))

    assert read(content).subject == subject
    head = content.partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 100


@given(local=st.from_regex("[a-z]{1,60}", fullmatch=True), domain=st.from_regex("[a-z]{1,60}", fullmatch=True))
def test_the_senders_name_keeps_its_blanks_beside_an_address_of_any_length(local: str, domain: str) -> None:
    content = composed(sender=f"{local}@{domain}.test")

    assert read(content).headers["From"] == [f"{FROM_NAME} <{local}@{domain}.test>"]


def test_lines_end_as_smtp_wants_them() -> None:
    content = composed()

    assert content.count(b"\n") == content.count(b"\r\n")


def test_an_address_outside_ascii_travels_as_it_is() -> None:
    assert "To: ева@пример.test\r\n".encode() in composed(address="ева@пример.test")


@pytest.mark.parametrize("address", ["", "ева", "eva@", "eva@example.test\nBcc: everybody@example.test", "a b@c.d"])
def test_an_address_that_is_none_makes_no_letter(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        composed(address=address)

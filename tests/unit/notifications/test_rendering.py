"""Texts: complete, short, and without anybody's data but the greeting and, among several, the child's first name."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilet_notifications.domain.notices import AUDIENCES, TEMPLATE_VERSIONS, Audience, Template
from bilet_notifications.domain.people import GUARDIAN, STAFF, STUDENT, RecipientKind
from bilet_notifications.domain.scenes import BARE, Scene, Wording
from bilet_notifications.rendering.texts import Letter, Renderer, UnreadableError
from tests.unit.notifications.examples import SCENE, VARIABLES, wording

RENDERER = Renderer("https://bilet.example/")
READERS: dict[Audience, RecipientKind] = {
    Audience.STUDENT: STUDENT,
    Audience.GUARDIANS: GUARDIAN,
    Audience.MENTOR: STAFF,
}
EVERY_VERSION = [
    (template, number, READERS[audience])
    for template in Template
    for number in range(1, TEMPLATE_VERSIONS[template] + 1)
    for audience in AUDIENCES[template]
]
ABOUT_A_SLOT = [
    (template, reader)
    for template, _, reader in EVERY_VERSION
    if template not in {Template.CONSENT_REQUESTED, Template.FEEDBACK_READY, Template.DIAGNOSTICS_COMPLETED}
]


def letter(template: Template, *, reader: RecipientKind = GUARDIAN, scene: Scene = SCENE) -> Letter:
    text = RENDERER.text(wording(template, reader=reader, scene=scene))
    return RENDERER.letter(text, reader, first_name="Ева", patronymic="Михайловна")


@pytest.mark.parametrize("scene", [SCENE, BARE])
@pytest.mark.parametrize(("template", "version", "reader"), EVERY_VERSION)
def test_every_version_of_every_message_renders_short_and_whole(
    template: Template, version: int, reader: RecipientKind, scene: Scene
) -> None:
    text = RENDERER.text(wording(template, reader=reader, version=version, scene=scene))

    assert 10 < len(text.title) <= 100
    assert "\n" not in text.title
    assert 10 < len(text.body) <= 600
    assert not re.search(r"\{|None|  | [,.:]", text.title + text.body)


@pytest.mark.parametrize("template", [one for one in Template if Audience.STUDENT in AUDIENCES[one]])
def test_what_a_pupil_reads_says_ty_or_addresses_nobody(template: Template) -> None:
    text = RENDERER.text(wording(template, reader=STUDENT))

    assert not re.search(r"\b(вы|вас|вам|вами|ваш\w*)\b|\w(йте|ьте|ите)\b", f"{text.title} {text.body}", re.IGNORECASE)


def test_a_pupil_is_greeted_by_first_name_and_ty_others_with_their_patronymic() -> None:
    assert letter(Template.FEEDBACK_READY, reader=STUDENT).plain.startswith("Здравствуй, Ева!")
    assert letter(Template.BOOKING_APPROVED, reader=GUARDIAN).plain.startswith("Здравствуйте, Ева Михайловна!")
    assert letter(Template.BOOKING_APPROVED, reader=STAFF).plain.startswith("Здравствуйте, Ева Михайловна!")


def test_whose_name_is_not_known_is_greeted_all_the_same() -> None:
    nameless = [
        RENDERER.letter(
            RENDERER.text(wording(Template.BOOKING_APPROVED, reader=reader)), reader, first_name=None, patronymic=None
        )
        for reader in (STUDENT, GUARDIAN)
    ]

    assert [one.plain.splitlines()[0] for one in nameless] == ["Здравствуй!", "Здравствуйте!"]


def test_a_guardian_reads_deadline_profession_place_and_child() -> None:
    text = RENDERER.text(wording(Template.APPROVAL_REQUESTED))

    assert text.title == "Подтвердите запись на профпробу до среды, 12 августа, 10:30"
    assert text.body.split("\n\n")[0] == (
        "Вашего решения ждёт запись на профпробу «Сварочные технологии»: в субботу, 15 августа, в 10:00 по самарскому "
        "времени, Поволжский колледж (г. Речной, ул. Луговая, 12). Участник: ваш ребёнок (8 класс)."
    )
    assert "Место держится до среды, 12 августа, 10:30 по самарскому времени." in text.body


@pytest.mark.parametrize(("template", "reader"), ABOUT_A_SLOT)
def test_nobody_reads_a_code(template: Template, reader: RecipientKind) -> None:
    text = RENDERER.text(wording(template, reader=reader))

    assert not re.search(r"63-|T01", text.title + text.body)


def test_what_is_held_online_names_no_site() -> None:
    variables = VARIABLES | {"format": "online"}
    text = RENDERER.text(replace(wording(Template.BOOKING_APPROVED, reader=STUDENT), variables=variables))

    assert "по самарскому времени, онлайн." in text.body
    assert "колледж" not in text.body


def test_a_site_not_known_yet_is_named_by_its_code() -> None:
    assert "площадка 63-S01" in RENDERER.text(wording(Template.BOOKING_APPROVED, scene=BARE)).body


def test_a_child_is_named_only_to_a_guardian_of_several() -> None:
    alone = replace(SCENE, child="Ульяна")
    among_others = replace(alone, has_siblings=True)

    assert "Ульяна" not in letter(Template.APPROVAL_REQUESTED, scene=alone).plain
    assert "Участник: Ульяна (8 класс)." in letter(Template.APPROVAL_REQUESTED, scene=among_others).plain
    assert "Участник: ваш ребёнок (8 класс)." in letter(Template.APPROVAL_REQUESTED, scene=alone).plain


def test_the_last_stage_and_the_open_booking_are_one_message_to_the_pupil() -> None:
    text = RENDERER.text(wording(Template.DIAGNOSTICS_COMPLETED, reader=STUDENT))

    assert text.title == "Третий этап пройден: открыта запись на профпробы"
    assert "Обратная связь" in text.body


def test_only_a_cancellation_by_the_site_names_who_cancelled() -> None:
    own = wording(Template.BOOKING_CANCELLED)
    sites = replace(own, variables=VARIABLES | {"reason": "site"})

    assert "площадкой" not in RENDERER.text(own).body
    assert "площадкой" in RENDERER.text(sites).body


def test_a_letter_greets_and_links_to_the_cabinet() -> None:
    written = letter(Template.APPROVAL_REQUESTED)

    for part in (written.plain, written.html):
        assert part.count("Ева Михайловна") == 1
        assert "https://bilet.example/" in part
        assert "в субботу, 15 августа, в 10:00" in part


def test_markup_in_a_name_does_no_harm() -> None:
    text = RENDERER.text(wording(Template.FEEDBACK_READY, reader=STUDENT))
    written = RENDERER.letter(text, STUDENT, first_name="<b>О'Нил</b>", patronymic=None)

    assert "<b>" not in written.html
    assert "О'Нил" in written.plain


@pytest.mark.parametrize(
    "unreadable",
    [
        replace(wording(Template.BOOKING_APPROVED), variables={}),
        replace(wording(Template.BOOKING_APPROVED), variables=VARIABLES | {"starts_at": "soon"}),
        replace(wording(Template.BOOKING_APPROVED), variables=VARIABLES | {"timezone": "Europe/Nowhere"}),
        replace(wording(Template.BOOKING_APPROVED), template="a-template-of-tomorrow"),
        replace(wording(Template.BOOKING_APPROVED), version=99),
    ],
)
def test_whatever_is_missing_is_an_error_and_not_a_gap(unreadable: Wording) -> None:
    with pytest.raises(UnreadableError):
        RENDERER.text(unreadable)
    assert RENDERER.text_of(unreadable) is None


@given(name=st.text(min_size=1, max_size=40), reader=st.sampled_from([STUDENT, GUARDIAN, STAFF]))
def test_every_name_can_be_greeted(name: str, reader: RecipientKind) -> None:
    text = RENDERER.text(wording(Template.BOOKING_APPROVED, reader=reader))
    written = RENDERER.letter(text, reader, first_name=name, patronymic=None)

    assert name in written.plain

"""Names of people as schools and people write them, brought to one form."""

import re
import unicodedata
from dataclasses import dataclass

from bilet_identity.domain.errors import InvalidName

MAX_NAME_PART = 100

_LATIN = "ABCEHKMOPTXYacekopxy"
_CYRILLIC = "АВСЕНКМОРТХУасекорху"
_LOOK_ALIKES = str.maketrans(_LATIN, _CYRILLIC)
_HYPHENS = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff]")
_HAS_CYRILLIC = re.compile(r"[А-Яа-яЁё]")
_HAS_LATIN = re.compile(r"[A-Za-z]")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*\.?")


@dataclass(frozen=True, slots=True, repr=False)
class PersonName:
    """A name in parts; the patronymic may be absent. It has no readable `repr`, so that no log or traceback shows it."""

    last_name: str
    first_name: str
    patronymic: str | None = None

    @property
    def full(self) -> str:
        """Last name, first name and, if there is one, patronymic."""
        return " ".join(part for part in (self.last_name, self.first_name, self.patronymic) if part)

    @property
    def match_key(self) -> str:
        """What two spellings of one name have in common: case and «ё» do not count."""
        return self.full.casefold().replace("ё", "е")


def parse_full_name(text: str) -> PersonName:
    """Read a name written in one line, last name first; two words are enough.

    Raises:
        InvalidName: fewer than two words, or a word that is no name.
    """
    words = [normalise_word(word) for word in text.split()]
    if len(words) < 2:  # noqa: PLR2004 - last and first name
        raise InvalidName("Нужны хотя бы фамилия и имя.")
    return PersonName(words[0], words[1], " ".join(words[2:]) or None)


def make_name(last_name: str, first_name: str, patronymic: str | None) -> PersonName:
    """Make a name of its parts, each brought to the same form.

    Raises:
        InvalidName: last or first name is empty, or a word is no name.
    """
    last, first = _normalise_part(last_name), _normalise_part(first_name)
    if not last or not first:
        raise InvalidName("Нужны хотя бы фамилия и имя.")
    return PersonName(last, first, _normalise_part(patronymic or "") or None)


def normalise_word(word: str) -> str:
    """Bring a word of a name to one form: composed letters, plain hyphens, no look-alike Latin letters, capitals.

    Raises:
        InvalidName: the word holds digits, signs, or Latin letters among Cyrillic ones that look like none.
    """
    word = _HYPHENS.sub("-", _INVISIBLE.sub("", unicodedata.normalize("NFC", word)))
    if _HAS_CYRILLIC.search(word):
        word = word.translate(_LOOK_ALIKES)
        if _HAS_LATIN.search(word):
            raise InvalidName("В слове смешаны русские и латинские буквы.")
    if len(word) > MAX_NAME_PART or not _WORD.fullmatch(word):
        raise InvalidName("Имя может состоять только из букв, дефиса и апострофа.")
    if len(word) > 1 and (word.isupper() or word.islower()):
        word = "-".join(piece.capitalize() for piece in word.split("-"))
    return word


def _normalise_part(text: str) -> str:
    return " ".join(normalise_word(word) for word in text.split())

"""What a message says beyond its own facts: looked up when it is read or sent, never stored with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bilet_notifications.domain.people import RecipientKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The words of the catalogue, and which child it is about, as far as they are known by now.

    Attributes:
        profession: the competency's title.
        site: name of the site.
        address: town and street of the site.
        grade: the pupil's, 6–11.
        has_siblings: the reader is the guardian of other pupils as well.
        child: the pupil's first name, which only letters to such guardians get, at the moment of sending.
    """

    profession: str | None = None
    site: str | None = None
    address: str | None = None
    grade: int | None = None
    has_siblings: bool = False
    child: str | None = None


BARE = Scene()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Everything that the words of a message follow from."""

    template: str
    version: int
    variables: Mapping[str, str]
    reader: RecipientKind
    scene: Scene

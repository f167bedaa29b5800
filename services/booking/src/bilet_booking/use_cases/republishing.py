"""The whole catalogue published again, page by page, for a consumer that lost it or comes late."""

from collections.abc import Callable, Mapping
from functools import partial
from uuid import UUID

from bilet_booking.domain import events
from bilet_booking.domain.catalogue import Competency, Season, Site, Slot, TryOut
from bilet_booking.storage import pack
from bilet_kit.process.service import Republish
from bilet_kit.storage.database import Transaction

PAGE = 500

_EVENTS: Mapping[str, tuple[type, Callable[..., object]]] = {
    "seasons": (Season, events.SeasonPublished),
    "sites": (Site, events.SitePublished),
    "competencies": (Competency, events.CompetencyPublished),
    "try-outs": (TryOut, events.TryOutPublished),
    "slots": (Slot, events.SlotPublished),
}


async def republish(what: str, tx: Transaction, after: UUID | None) -> UUID | None:
    """Publish the next page of a kind; returns the last id, None when there are no more."""
    kind, event_of = _EVENTS[what]
    entities = await pack.page(tx, kind, after, PAGE)
    tx.record(*(event_of(entity) for _, entity in entities))
    return entities[-1][0] if len(entities) == PAGE else None


REPUBLISH: Mapping[str, Republish] = {what: partial(republish, what) for what in _EVENTS}

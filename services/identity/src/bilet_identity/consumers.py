"""Everything identity consumes.

An approved booking opens a pupil's name to its site and mentor, a cancelled one closes it; a season's dates say when
pupils may join; who viewed a pupil's results goes into the audit trail.
"""

from bilet_contracts.booking import BookingApprovedV1, BookingCancelledV1, SeasonPublishedV1
from bilet_contracts.diagnostics import ResultViewedV1
from bilet_identity.storage.disclosure import BookingGrant
from bilet_identity.storage.tables import seasons
from bilet_identity.use_cases.auditing import note_result_viewed
from bilet_identity.use_cases.people import close_names, open_names
from bilet_kit.consuming.consumers import Consumers, Received
from bilet_kit.consuming.projection import Projection
from bilet_kit.storage.database import Transaction

CONSUMERS = Consumers(service="identity")
SEASONS = Projection(table=seasons, key=("season_id",))


CONSUMERS.project(SeasonPublishedV1, into=SEASONS)


@CONSUMERS.handle(BookingApprovedV1)
async def on_booking_approved(received: Received[BookingApprovedV1], tx: Transaction) -> None:
    """Let site and mentor see who comes, until the event's `visible_until`."""
    event = received.event
    grant = BookingGrant(
        booking_id=event.booking_id,
        student_id=event.student_id,
        region_code=event.region_code,
        site_code=event.site_code,
        mentor_id=event.mentor_staff_id,
        until=event.visible_until,
    )
    await open_names(tx, grant)


@CONSUMERS.handle(BookingCancelledV1)
async def on_booking_cancelled(received: Received[BookingCancelledV1], tx: Transaction) -> None:
    """Let nobody see any more who would have come."""
    await close_names(tx, received.event.booking_id)


@CONSUMERS.handle(ResultViewedV1)
async def on_result_viewed(received: Received[ResultViewedV1], tx: Transaction) -> None:
    """Keep in the audit trail that somebody other than the pupil viewed a result."""
    event = received.event
    await note_result_viewed(
        tx,
        student_id=event.student_id,
        viewer_id=event.viewer_id,
        role=event.role,
        viewed=event.viewed,
        at=received.time,
    )

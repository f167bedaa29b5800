"""What time does by itself: birthdays change rights, terms run out, used-up secrets are forgotten."""

from datetime import datetime, timedelta

from bilet_identity.domain.regions import local_date
from bilet_identity.domain.registration import review
from bilet_identity.storage.accounts import Accounts, Sessions
from bilet_identity.storage.disclosure import Grants
from bilet_identity.storage.guardians import Guardians
from bilet_identity.storage.rosters import Rosters
from bilet_identity.storage.sealing import Vault
from bilet_identity.storage.students import Students
from bilet_kit.storage.database import Transaction

PAGE = 500
GRANTS_KEPT = timedelta(days=30)
FAILURES_KEPT = timedelta(days=1)


async def review_students(tx: Transaction, vault: Vault) -> bool:
    """Look at students whose region has come to a new day; true when there may be more."""
    students = Students(tx, vault)
    more = False
    for region_code in await students.regions():
        today = local_date(region_code, tx.now)
        ids = await students.to_review(region_code, today, limit=PAGE)
        for student in await students.load_many(ids):
            events = review(student, today=today)
            if events:
                await students.store(student, events, today=today)
        await students.mark_reviewed(ids, today)
        more = more or len(ids) == PAGE
    return more


async def forget_expired(tx: Transaction, vault: Vault, *, now: datetime) -> None:
    """Delete sessions, failed attempts, states and codes past their term, unclaimed roster entries, and grants long ended."""
    await Sessions(tx).forget_expired(now=now)
    await Accounts(tx, vault).forget_old_attempts(before=now - FAILURES_KEPT)
    await Guardians(tx, vault).forget_expired(now=now)
    await Rosters(tx, vault).forget_expired(tx.now.date())
    await Grants(tx).forget_ended(before=tx.now - GRANTS_KEPT)

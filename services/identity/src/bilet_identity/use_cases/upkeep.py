"""What time changes by itself: birthdays change rights, terms expire, used secrets are forgotten."""

from datetime import datetime, timedelta

from bilet_identity.domain.regions import local_date
from bilet_identity.domain.registration import review
from bilet_identity.storage import accounts, disclosure, guardians, rosters, students
from bilet_identity.storage.sealing import Vault
from bilet_identity.use_cases.students import take_students_effect
from bilet_kit.storage.database import Transaction

PAGE = 500
GRANTS_KEPT = timedelta(days=30)
FAILURES_KEPT = timedelta(days=1)


async def review_students(tx: Transaction, vault: Vault) -> bool:
    """Review students whose region has come to a new day; whether there may be more."""
    more = False
    for region_code in await students.regions(tx):
        today = local_date(region_code, tx.now)
        ids = await students.to_review(tx, region_code, today, limit=PAGE)
        for student in await students.load_many(tx, vault, ids):
            events = review(student, today=today)
            await take_students_effect(tx, student, events, today=today)
        await students.mark_reviewed(tx, ids, today)
        more = more or len(ids) == PAGE
    return more


async def forget_expired(tx: Transaction, *, now: datetime) -> bool:
    """Delete sessions, failed attempts, states and codes past their term, unclaimed roster entries, and grants long ended.

    Takes a page of each; returns whether there may be more.
    """
    pages = [
        await accounts.forget_expired_sessions(tx, now=now),
        await accounts.forget_old_attempts(tx, before=now - FAILURES_KEPT),
        await guardians.forget_expired_states(tx, now=now),
        await guardians.forget_expired_codes(tx, now=now),
        await rosters.forget_expired(tx, tx.now.date()),
        await disclosure.forget_ended_grants(tx, before=tx.now - GRANTS_KEPT),
    ]
    return any(pages)

"""A family joins: the pupil claims the roster entry, the parent signs in through ESIA, both consent."""

import re
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

from bilet_local.demo.life import PASSWORD, Life, Milestone
from bilet_local.demo.narration import Record
from bilet_local.demo.plan import CONSENT_AGE, EMAIL, PROCESSING, Joining
from bilet_local.demo.waiting import Effect, Surprise
from bilet_local.importing.calls import Caller, Refused

_SEE_OTHER = 303
_BUSY = 503
_SIGN_INS = 5


async def join(life: Life) -> None:
    """From the printed code to an active account, as far as the family's plan goes.

    Raises:
        Surprise, Refused: a service did not do what the rules say.
    """
    await _open_account(life)
    if not life.decides_alone:
        await _find_each_other(life)
        await consent(life, life.guardian, life.plan.guardian_purposes, "Родитель")
    if life.age >= CONSENT_AGE:
        await consent(life, life.pupil, life.plan.own_purposes, life.first_name)
    if life.plan.becomes_active(life.age):
        record = Record("identity.student-activated.v1", life.student_id)
        await life.narrator.wait(Effect.ACTIVE, lambda: _may_begin(life, wanted=True), record)
        life.world.count(Milestone.ACTIVE)
    else:
        record = Record("identity.student-registered.v1", life.student_id)
        await life.narrator.wait(Effect.KNOWN, lambda: _may_begin(life, wanted=False), record)
        await life.refused(life.pupil.post("/diagnostics/stages/1/attempts"), "student-not-active")


async def _open_account(life: Life) -> None:
    invited = life.invited
    account = {"login": life.login, "password": PASSWORD}
    address = {"email": f"{life.login}@pupils.example"} if EMAIL in life.plan.own_purposes else {}
    student = await life.pupil.post("/identity/roster-claims", {**account, **address, "code": invited.code})
    life.student_id = student["student_id"]
    life.pupil.signed_in(await life.pupil.post("/identity/sessions", account))
    life.world.count(Milestone.ACCOUNT)
    who = f"{invited.grade} класс, {life.age} лет, школа {invited.school_code}"
    life.narrator.tell(f"{life.first_name} ({who}) вводит код из школьного списка {invited.code} и получает аккаунт")


async def _find_each_other(life: Life) -> None:
    if life.plan.joining is Joining.ESIA_LIST:
        await enter_through_esia(life.guardian, life.world.esia, life.invited.guardian_oid)
        children = await life.guardian.get("/identity/children")
        child = next(one for one in children["items"] if one["student_id"] == life.student_id)
        tie = await life.guardian.post("/identity/guardianships", {"child_id": child["child_id"]})
        await life.pupil.post(f"/identity/guardianships/{tie['guardianship_id']}/acceptance")
        return
    code = (await life.pupil.post("/identity/guardian-invitations"))["code"]
    life.narrator.tell(f"{life.first_name} приглашает родителя: код {code}")
    await enter_through_esia(life.guardian, life.world.esia, life.invited.guardian_oid, invitation=code)
    tie = await life.guardian.post("/identity/guardianships", {"invitation_code": code})
    if tie["status"] != "verified":
        raise Surprise(f"приглашение принято, а связь с родителем — {tie['status']}")
    life.narrator.tell("Родитель входит через Госуслуги (стенд ЕСИА) и подтверждает, что это его ребёнок")


async def enter_through_esia(guardian: Caller, esia: str, oid: str, *, invitation: str | None = None) -> None:
    """Sign in through ESIA, beginning anew as a person would whose sign-in a busy service did not finish.

    Raises:
        Surprise: a redirect did not lead where it should, or the service stayed busy.
    """
    for _ in range(_SIGN_INS):
        if await _signed_in(guardian, esia, oid, invitation):
            return
    raise Surprise(f"вход через ЕСИА не удался и с {_SIGN_INS}-го раза: сервис занят")


async def _signed_in(guardian: Caller, esia: str, oid: str, invitation: str | None) -> bool:
    """Go through the authorization code flow as a browser does; a parameter of the stand-in replaces its page.

    Who ends the sign-in proves to have begun it by a secret of its own (RFC 7636). False when a service was too busy.
    """
    verifier = secrets.token_urlsafe(32)
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    body = {"code_challenge": challenge} | ({"invitation_code": invitation} if invitation else {})
    address = (await guardian.post("/identity/esia/sign-ins", body))["authorize_url"]
    if not address.startswith(esia):
        raise Surprise("вход ведёт не на ЕСИА")
    callback = await _redirect(guardian, f"{address}&standin_login={oid}")
    cabinet = await _redirect(guardian, callback) if callback else ""
    if not cabinet:
        return False
    code = parse_qs(urlsplit(cabinet).query)["code"][0]
    back = {"code": code, "code_verifier": verifier}
    guardian.signed_in(await guardian.post("/identity/sessions/exchange", back))
    return True


async def _redirect(browser: Caller, address: str) -> str:
    """Where the answer leads; nowhere when the service is too busy.

    Raises:
        Surprise: another answer than a redirect.
    """
    answer = await browser.gateway.visit(address)
    if answer.status_code == _BUSY:
        return ""
    if answer.status_code != _SEE_OTHER:
        place = re.sub(r"\?.*", "", address)
        raise Surprise(f"{place} не направил дальше, а ответил {answer.status_code}")
    return answer.headers["location"]


async def consent(life: Life, giver: Caller, purposes: frozenset[str], who: str) -> None:
    """One person consents to each of the purposes by the text in force."""
    for purpose in sorted(purposes, key=lambda one: (one == PROCESSING, one)):  # the last one makes the account active
        body = {"student_id": life.student_id, "purpose": purpose, "text_version": life.world.texts[purpose]}
        await giver.post("/identity/consents", body)
    if purposes:
        life.narrator.tell(f"{who} даёт согласия: {', '.join(sorted(purposes))}")


async def _may_begin(life: Life, *, wanted: bool) -> bool | None:
    try:
        stages = await life.pupil.get("/diagnostics/stages")
    except Refused as refusal:
        if refusal.code == "student-not-found":
            return None
        raise
    return True if stages["may_begin"] is wanted else None

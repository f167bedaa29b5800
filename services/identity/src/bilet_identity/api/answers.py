"""What use cases return, as answers."""

from collections import Counter
from datetime import date
from uuid import UUID

from bilet_identity.api import office_schemas, schemas
from bilet_identity.domain.guardianship import Guardianship
from bilet_identity.domain.names import PersonName
from bilet_identity.domain.staff import Scope
from bilet_identity.domain.student import Student, snapshot
from bilet_identity.parts import Parts
from bilet_identity.security.tokens import ACCESS_TERM, Claims
from bilet_identity.storage.guardians import Child
from bilet_identity.storage.rosters import StoredRoster
from bilet_identity.use_cases.people import Myself
from bilet_identity.use_cases.sessions import SignedIn
from bilet_kit.clock import real_now


def student_answer(student: Student, today: date) -> schemas.StudentAnswer:
    """A student's state on a day of the region."""
    state = snapshot(student, today)
    return schemas.StudentAnswer(
        student_id=state.student_id,
        status=state.status.value,
        region_code=state.region_code,
        school_code=state.school_code,
        grade=state.grade,
        decides_alone=state.decides_alone,
        purposes=list(state.purposes),
    )


def tokens_answer(parts: Parts, signed_in: SignedIn) -> schemas.Tokens:
    """A fresh access token of a session, with its newest refresh token."""
    session = signed_in.session
    claims = Claims(subject=session.subject_id, role=session.role, session_id=session.session_id)
    return schemas.Tokens(
        access_token=parts.tokens.issue(claims, now=real_now()),
        expires_in=int(ACCESS_TERM.total_seconds()),
        refresh_token=signed_in.refresh_token,
        subject=session.subject_id,
        role=session.role,
        session_id=session.session_id,
    )


def guardianship_answer(student_id: UUID, tie: Guardianship) -> schemas.GuardianshipAnswer:
    """A guardianship of a student."""
    return schemas.GuardianshipAnswer(
        guardianship_id=tie.guardianship_id,
        student_id=student_id,
        guardian_id=tie.guardian_id,
        status=tie.status.value,
    )


def listed_child_answer(child: Child) -> schemas.ListedChild:
    """A child as ESIA lists it."""
    return schemas.ListedChild(
        child_id=child.child_id,
        last_name=child.name.last_name,
        first_name=child.name.first_name,
        patronymic=child.name.patronymic,
        birth_date=child.birth_date,
        student_id=child.student_id,
        in_roster=child.entry_id is not None,
    )


def tied_child_answer(student_id: UUID, tie: Guardianship, name: PersonName) -> schemas.TiedChild:
    """A child a guardian is tied to."""
    return schemas.TiedChild(
        student_id=student_id,
        guardianship_id=tie.guardianship_id,
        status=tie.status.value,
        last_name=name.last_name,
        first_name=name.first_name,
        patronymic=name.patronymic,
    )


def me_answer(subject: UUID, role: str, myself: Myself) -> schemas.Me:
    """Whoever asks."""
    student = myself.student
    return schemas.Me(
        subject=subject,
        role=role,
        last_name=myself.name.last_name,
        first_name=myself.name.first_name,
        patronymic=myself.name.patronymic,
        student=student_answer(student, myself.today) if student else None,
        guardianships=[guardianship_answer(student.student_id, tie) for tie in student.guardianships if not tie.ended]
        if student
        else [],
        scopes=[scope_answer(scope) for scope in myself.scopes],
    )


def scope_answer(scope: Scope) -> schemas.ScopeAnswer:
    """A role and where it holds."""
    return schemas.ScopeAnswer(
        role=scope.role,
        region_code=scope.region_code,
        school_code=scope.school_code,
        site_code=scope.site_code,
        staff_code=scope.staff_code,
    )


def roster_answer(roster: StoredRoster) -> office_schemas.RosterAnswer:
    """What became of every row."""
    return office_schemas.RosterAnswer(
        roster_id=roster.roster_id,
        region_code=roster.region_code,
        school_code=roster.school_code,
        rows=roster.rows,
        accepted=roster.accepted,
        rejected=[
            office_schemas.RowFault(row=row.row, column=row.column, reason=row.reason.value, detail=row.detail)
            for row in roster.rejected
        ],
        reasons=dict(Counter(row.reason.value for row in roster.rejected)),
        warnings=[office_schemas.RosterWarningAnswer(code=item.code, detail=item.detail) for item in roster.warnings],
        imported_at=roster.imported_at,
    )

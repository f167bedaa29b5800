"""Everything identity publishes, and what stays its own business. No personal data."""

from typing import Any

from bilet_contracts import identity as contracts
from bilet_identity.domain import events
from bilet_identity.domain.student import StudentSnapshot
from bilet_kit.storage.outbox import Publications, Published


def to_student_registered(event: events.StudentRegistered) -> Published:
    return _about_student(contracts.StudentRegisteredV1(**_state(event.student)))


def to_student_changed(event: events.StudentChanged) -> Published:
    return _about_student(contracts.StudentChangedV1(**_state(event.student)))


def to_student_activated(event: events.StudentActivated) -> Published:
    return _about_student(contracts.StudentActivatedV1(**_state(event.student)))


def to_student_suspended(event: events.StudentSuspended) -> Published:
    return _about_student(contracts.StudentSuspendedV1(**_state(event.student), reason=event.reason.value))


def to_guardianship_verified(event: events.GuardianshipVerified) -> Published:
    tie = event.guardianship
    contract = contracts.GuardianshipVerifiedV1(
        region_code=event.region_code,
        guardianship_id=tie.guardianship_id,
        student_id=event.student_id,
        guardian_id=tie.guardian_id,
        verified_by=tie.verified_by.value,
    )
    return Published(contract, "guardianship", str(tie.guardianship_id))


def to_guardianship_ended(event: events.GuardianshipEnded) -> Published:
    tie = event.guardianship
    contract = contracts.GuardianshipEndedV1(
        region_code=event.region_code,
        guardianship_id=tie.guardianship_id,
        student_id=event.student_id,
        guardian_id=tie.guardian_id,
    )
    return Published(contract, "guardianship", str(tie.guardianship_id))


def to_consent_granted(event: events.ConsentGranted) -> Published:
    contract = contracts.ConsentGrantedV1(
        region_code=event.region_code,
        student_id=event.student_id,
        purpose=event.consent.purpose.value,
        text_version=event.consent.text_version,
        granted_by=event.consent.giver.value,
    )
    return Published(contract, "consent", str(event.consent.consent_id))


def to_consent_withdrawn(event: events.ConsentWithdrawn) -> Published:
    contract = contracts.ConsentWithdrawnV1(
        region_code=event.region_code,
        student_id=event.student_id,
        purpose=event.purpose.value,
        withdrawn_by=event.giver.value,
    )
    return Published(contract, "student", str(event.student_id))


def to_staff_scope_changed(event: events.StaffScopeChanged) -> Published:
    scopes = tuple(
        contracts.StaffScope(
            role=scope.role,
            region_code=scope.region_code,
            school_code=scope.school_code,
            site_code=scope.site_code,
            staff_code=scope.staff_code,
        )
        for scope in event.scopes
    )
    contract = contracts.StaffScopeChangedV1(
        region_code=event.region_code, staff_id=event.staff_id, scopes=scopes, changed_at=event.changed_at
    )
    return Published(contract, "staff", str(event.staff_id))


def _about_student(contract: contracts.StudentState) -> Published:
    return Published(contract, "student", str(contract.student_id))


def _state(student: StudentSnapshot) -> dict[str, Any]:
    return {
        "region_code": student.region_code,
        "student_id": student.student_id,
        "status": student.status.value,
        "grade": student.grade,
        "school_code": student.school_code,
        "decides_alone": student.decides_alone,
        "guardian_ids": student.guardian_ids,
        "purposes": tuple(purpose.value for purpose in student.purposes),
    }


PUBLICATIONS = Publications(
    service="identity",
    translations={
        events.StudentRegistered: to_student_registered,
        events.StudentChanged: to_student_changed,
        events.StudentActivated: to_student_activated,
        events.StudentSuspended: to_student_suspended,
        events.GuardianshipVerified: to_guardianship_verified,
        events.GuardianshipEnded: to_guardianship_ended,
        events.ConsentGranted: to_consent_granted,
        events.ConsentWithdrawn: to_consent_withdrawn,
        events.StaffScopeChanged: to_staff_scope_changed,
    },
    events=(
        contracts.StudentRegisteredV1,
        contracts.StudentChangedV1,
        contracts.StudentActivatedV1,
        contracts.StudentSuspendedV1,
        contracts.GuardianshipVerifiedV1,
        contracts.GuardianshipEndedV1,
        contracts.ConsentGrantedV1,
        contracts.ConsentWithdrawnV1,
        contracts.StaffScopeChangedV1,
    ),
    silent=frozenset({events.GraceStarted, events.GuardianshipProposed, events.GuardianshipDeclined}),
)

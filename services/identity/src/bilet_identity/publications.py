"""Everything identity says: each domain event as the contract that others read. No personal data."""

from typing import Any

from bilet_contracts import identity as said
from bilet_identity.domain import events as ev
from bilet_identity.domain.student import StudentSnapshot
from bilet_kit.storage.outbox import Publications, Published


def to_student_registered(event: ev.StudentRegistered) -> Published:
    """A pupil opened an account."""
    return _about_student(said.StudentRegisteredV1(**_state(event.student)))


def to_student_changed(event: ev.StudentChanged) -> Published:
    """Grade, school, guardians or consents changed."""
    return _about_student(said.StudentChangedV1(**_state(event.student)))


def to_student_activated(event: ev.StudentActivated) -> Published:
    """The pupil may take part."""
    return _about_student(said.StudentActivatedV1(**_state(event.student)))


def to_student_suspended(event: ev.StudentSuspended) -> Published:
    """The pupil may begin nothing new."""
    return _about_student(said.StudentSuspendedV1(**_state(event.student), reason=event.reason.value))


def to_guardianship_verified(event: ev.GuardianshipVerified) -> Published:
    """A guardian may decide and see."""
    tie = event.guardianship
    contract = said.GuardianshipVerifiedV1(
        region_code=event.region_code,
        guardianship_id=tie.guardianship_id,
        student_id=event.student_id,
        guardian_id=tie.guardian_id,
        verified_by=tie.verified_by.value,
    )
    return Published(contract, "guardianship", str(tie.guardianship_id))


def to_guardianship_ended(event: ev.GuardianshipEnded) -> Published:
    """A guardian may decide and see no more."""
    tie = event.guardianship
    contract = said.GuardianshipEndedV1(
        region_code=event.region_code,
        guardianship_id=tie.guardianship_id,
        student_id=event.student_id,
        guardian_id=tie.guardian_id,
    )
    return Published(contract, "guardianship", str(tie.guardianship_id))


def to_consent_granted(event: ev.ConsentGranted) -> Published:
    """One person consented."""
    contract = said.ConsentGrantedV1(
        region_code=event.region_code,
        student_id=event.student_id,
        purpose=event.consent.purpose.value,
        text_version=event.consent.text_version,
        granted_by=event.consent.giver.value,
    )
    return Published(contract, "consent", str(event.consent.consent_id))


def to_consent_withdrawn(event: ev.ConsentWithdrawn) -> Published:
    """One person took a consent back."""
    contract = said.ConsentWithdrawnV1(
        region_code=event.region_code,
        student_id=event.student_id,
        purpose=event.purpose.value,
        withdrawn_by=event.giver.value,
    )
    return Published(contract, "student", str(event.student_id))


def to_staff_scope_changed(event: ev.StaffScopeChanged) -> Published:
    """All that a member of the staff may do."""
    scopes = tuple(
        said.StaffScope(
            role=scope.role.value,
            region_code=scope.region_code,
            school_code=scope.school_code,
            site_code=scope.site_code,
            staff_code=scope.staff_code,
        )
        for scope in event.scopes
    )
    contract = said.StaffScopeChangedV1(
        region_code=event.region_code, staff_id=event.staff_id, scopes=scopes, changed_at=event.changed_at
    )
    return Published(contract, "staff", str(event.staff_id))


def _about_student(contract: said.StudentState) -> Published:
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
        ev.StudentRegistered: to_student_registered,
        ev.StudentChanged: to_student_changed,
        ev.StudentActivated: to_student_activated,
        ev.StudentSuspended: to_student_suspended,
        ev.GuardianshipVerified: to_guardianship_verified,
        ev.GuardianshipEnded: to_guardianship_ended,
        ev.ConsentGranted: to_consent_granted,
        ev.ConsentWithdrawn: to_consent_withdrawn,
        ev.StaffScopeChanged: to_staff_scope_changed,
    },
    events=(
        said.StudentRegisteredV1,
        said.StudentChangedV1,
        said.StudentActivatedV1,
        said.StudentSuspendedV1,
        said.GuardianshipVerifiedV1,
        said.GuardianshipEndedV1,
        said.ConsentGrantedV1,
        said.ConsentWithdrawnV1,
        said.StaffScopeChangedV1,
    ),
)

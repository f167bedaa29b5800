"""Members of the staff."""

from uuid import UUID

from bilet_identity.api.schemas.fields import Code, DirectoryCode, Email, Name, RegionCode
from bilet_identity.api.schemas.students import AccountInput
from bilet_kit.access import ActingRole
from bilet_kit.web.schemas import Input, View


class StaffInput(Input):
    """A new member of the staff, in one scope."""

    last_name: Name
    first_name: Name
    patronymic: Name | None = None
    email: Email
    role: ActingRole
    region_code: RegionCode
    school_code: DirectoryCode | None = None
    site_code: DirectoryCode | None = None
    staff_code: DirectoryCode | None = None


class InvitedStaffView(View):
    """A new member of the staff, with the code for the first password."""

    staff_id: UUID
    activation_code: str


class StaffActivationInput(AccountInput):
    """Login and first password by an activation code."""

    code: Code


class ActivatedStaffView(View):
    """The member of the staff who can sign in now."""

    staff_id: UUID
